import Logging

// Of clocks that were set, and of zone files.
extension Event {
    static let clockEvents: [Event] = [
        .clockJumped, .clockHoldEnded, .clockSetBack, .machineClockJumped, .zoneFilesRead, .tickMoved,
    ]

    package static let clockJumped = Event(
        "BRS-2301", "clock-jumped", .error, id: "c2a6b1f05d0e4d0f9a9a6b1b7c0f3e21",
        summary: "The database's clock jumped; schedules of money are held",
        meaning: """
            The clock of the database, which decides what is due, went forward by more
            than `engine.clock_jump_limit` beyond the time that had gone by. Somebody set
            it, a machine slept and did not know, or another server took over.
            """,
        impact: """
            Schedules that move money decide nothing until the hold ends: their ticks
            wait, none is lost. All other schedules go on, and catch up as their
            `catch_up` says.
            """,
        diagnosis: """
            Compare the two clocks, and see whether they are synchronised:
              bursarctl schedules clock
              psql "$(bursarctl db url)" -c "select clock_timestamp()"
              timedatectl status
            """,
        action: """
            If the clock is wrong, set it right: the hold ends by itself once this
            machine's clock is synchronised and the database's shows the same. If the
            clock is right as it is, say so:
              bursarctl schedules confirm-clock --reason "the clock is right"
            """)

    package static let clockHoldEnded = Event(
        "BRS-2302", "clock-hold-ended", .notice, id: "5b7e9d3a8f244c31b6d1e0a94c7f2d58",
        summary: "The clock is right again; schedules of money go on",
        meaning: """
            The hold that a jump of the database's clock had put on the schedules of money
            is over: the clock is synchronised, or it was set back to where it belongs.
            """,
        impact: """
            What became due meanwhile is decided now, as each schedule's `catch_up` says:
            for money all of it, in order.
            """,
        diagnosis: """
            What is decided now:
              bursarctl schedules clock
              bursarctl runs list
            """,
        action: """
            Nothing to do. Find out why the clock jumped, so that it does not again:
              journalctl -u systemd-timesyncd -u chrony -u ntpsec --since today
            """)

    package static let clockSetBack = Event(
        "BRS-2303", "clock-set-back", .warning, id: "e8f14c2d7a6b49d5927c3b0d5a1f8e64",
        summary: "The database's clock went back",
        meaning: """
            The clock of the database, which decides what is due, shows less than it did
            before, by more than a minute.
            """,
        impact: """
            Nothing is run again: what was decided stays decided. Ticks of the time that
            comes a second time were decided in its first pass; the next ones come when
            the clock is past the last tick.
            """,
        diagnosis: """
            Compare the clocks, and see whether they are synchronised:
              psql "$(bursarctl db url)" -c "select clock_timestamp()"
              timedatectl status
            """,
        action: """
            Have the clock of the database's machine synchronised, then look whether the
            next ticks are as expected:
              bursarctl schedules next
            """)

    package static let machineClockJumped = Event(
        "BRS-2304", "machine-clock-jumped", .warning, id: "7d31e6a9b5c84f0e8a2d6c4f1b9e0375",
        summary: "This machine's own clock jumped",
        meaning: """
            The wall clock of the machine that this daemon runs on went forward by more
            than `engine.clock_jump_limit` beyond the time that had gone by.
            """,
        impact: """
            Nothing is decided by this clock, so no schedule is held because of it. Times
            in the log, and ids of runs, are off by as much.
            """,
        diagnosis: """
            Is it synchronised, and does the database's show the same?
              timedatectl status
              psql "$(bursarctl db url)" -c "select clock_timestamp()"
            """,
        action: """
            Have the machine's clock synchronised:
              systemctl enable --now systemd-timesyncd
            """)

    package static let zoneFilesRead = Event(
        "BRS-2305", "zone-files-read", .info, id: "3f9c0a7d2e514b86a7d8e1c5f6b20943",
        summary: "The zone files of this machine were read",
        meaning: """
            At the start and at each reload the zone files are read anew. The entry says
            which version they are of.
            """,
        impact: """
            Schedules go by these rules from now on. What moved because of them is told
            one by one, as BRS-2306.
            """,
        diagnosis: """
            Which package they come from:
              dpkg --status tzdata
              bursarctl schedules next
            """,
        action: """
            Nothing to do. After an update of the zone files:
              bursarctl reload --wait
            """)

    package static let tickMoved = Event(
        "BRS-2306", "tick-moved", .warning, id: "a4d8b2e61c7f4390b5e9f7a3c8d01652",
        summary: "New zone files moved the next tick of a schedule",
        meaning: """
            The zone files changed, and the next tick of the schedule that the entry names
            comes at another instant than was told before.
            """,
        impact: """
            The schedule goes by the new rules. What is decided stays decided: a local
            time that was run is not run again, even if its instant came to lie ahead.
            """,
        diagnosis: """
            What the schedule does in the next weeks:
              bursarctl schedules preview @BURSAR_SCHEDULE@
              bursarctl schedules next @BURSAR_SCHEDULE@
            """,
        action: """
            Nothing to do if the new rules are right. Every daemon on this database should
            have the same zone files; bring them to the others and reload those too:
              apt-get install --only-upgrade tzdata
              bursarctl reload --wait
            """)
}
