import Logging

// Of the configuration and its reloads.
extension Event {
    static let configurationEvents: [Event] = [
        .configurationWarning, .reloadSucceeded, .reloadRefused, .reloadNeedsRestart,
    ]

    package static let configurationWarning = Event(
        "BRS-7001", "configuration-warning", .warning, id: "94a160bb5e93ebd7ffecfa24083407c6",
        summary: "The configuration holds, but something in it is doubtful",
        meaning: """
            The configuration is valid and in force, but something in it is probably not
            what was meant: the message says what, with its file, line and column.
            """,
        impact: """
            None yet. It may surprise at the next change of the clock, at the next
            release, or when two files say different things.
            """,
        diagnosis: """
            All warnings at once, with the next runs of each schedule, and where each
            value comes from:
              bursarctl config check
              bursarctl config show --effective
            """,
        action: """
            Correct the line that it names, or leave it if it is meant, then apply:
              bursarctl reload --wait
            """)

    package static let reloadSucceeded = Event(
        "BRS-7002", "reload-succeeded", .notice, id: "2cb8743ebec82961a31640ec8b0005ad",
        summary: "The configuration was read again",
        meaning: """
            The configuration was read again, found right, and applied. The entry lists
            what changed; nothing is listed if the files say the same as before.
            """,
        impact: """
            What can change in a running daemon changed at once; what cannot is named by
            BRS-7004 and waits for a restart. Running jobs were not disturbed.
            """,
        diagnosis: """
            What holds now, and where each value comes from:
              bursarctl config show --effective
              bursarctl audit list
            """,
        action: """
            Nothing to do. To take it back, put the old file back and reload:
              bursarctl reload --wait
            """)

    package static let reloadRefused = Event(
        "BRS-7003", "reload-refused", .error, id: "8bcd95253bc078fea5e75bcdeaee0519",
        summary: "The new configuration is wrong; the old one goes on",
        meaning: """
            A reload was asked for and refused, because the new configuration is wrong, or
            its schedules could not be applied. The old one goes on, whole.
            """,
        impact: """
            Nothing changed. But the file on the disk is wrong, and the next start of the
            daemon would fail with 78.
            """,
        diagnosis: """
            Every error with its file, line and column, and a fix:
              bursarctl config check
            """,
        action: """
            Correct them, see what would change, and reload again:
              bursarctl config diff
              bursarctl reload --wait
            """)

    package static let reloadNeedsRestart = Event(
        "BRS-7004", "reload-needs-restart", .warning, id: "fd0003490c654b0ea9c2d44cad7d4cc8",
        summary: "Some changed settings wait for a restart",
        meaning: """
            The reload changed settings that only a restart can apply, such as the
            database address or the number of connections; the message names them.
            """,
        impact: """
            These settings keep their old values until then. All others are in force.
            """,
        diagnosis: """
            What is in the file and what holds:
              bursarctl config diff
            """,
        action: """
            Restart when it suits: running jobs get the time of `engine.drain` and go on
            afterwards from their last step.
              systemctl restart bursard
            """)
}
