import Logging

extension Event {
    package static let configurationEvents: [Event] = [
        .configurationWarning, .reloadSucceeded, .reloadRefused, .reloadNeedsRestart,
    ]

    package static let configurationWarning = Event(
        "BRS-7001", "configuration-warning", .warning, id: "94a160bb5e93ebd7ffecfa24083407c6",
        summary: "The configuration holds, but something in it is doubtful")

    package static let reloadSucceeded = Event(
        "BRS-7002", "reload-succeeded", .notice, id: "2cb8743ebec82961a31640ec8b0005ad",
        summary: "The configuration was read again")

    package static let reloadRefused = Event(
        "BRS-7003", "reload-refused", .error, id: "8bcd95253bc078fea5e75bcdeaee0519",
        summary: "The new configuration is wrong; the old one goes on")

    package static let reloadNeedsRestart = Event(
        "BRS-7004", "reload-needs-restart", .warning, id: "fd0003490c654b0ea9c2d44cad7d4cc8",
        summary: "Some changed settings wait for a restart")
}
