import Logging

extension Event {
    package static let supervisionEvents: [Event] = [
        .loopStalled, .watchdogTriggered, .watchdogMissing, .drillAnnounced, .notifySocketGone,
    ]

    package static let loopStalled = Event(
        "BRS-1101", "loop-stalled", .critical, id: "e10175c4ca70ca698664990768a1a826",
        summary: "A loop of the daemon has stopped moving")

    package static let watchdogTriggered = Event(
        "BRS-1102", "watchdog-triggered", .critical, id: "082ea8acd462025a6f49f542281b689c",
        summary: "The daemon asks the service manager to restart it")

    package static let watchdogMissing = Event(
        "BRS-1103", "watchdog-missing", .error, id: "7643068245b3de94fa45655d5a925b1a",
        summary: "Nothing watches the loops of the daemon")

    package static let drillAnnounced = Event(
        "BRS-1104", "drill-announced", .warning, id: "c20d1090717ea7e01aa95439a09dc335",
        summary: "A drill is about to harm this daemon on purpose")

    package static let notifySocketGone = Event(
        "BRS-1105", "notify-socket-gone", .warning, id: "0a5666b0bc7c46cba9d67574b8178331",
        summary: "The service manager does not hear the daemon")
}
