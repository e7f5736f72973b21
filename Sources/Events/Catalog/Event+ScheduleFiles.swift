import Logging

// Of the file that the schedules come from.
extension Event {
    static let scheduleFileEvents: [Event] = [
        .scheduleFileApplied, .scheduleFileDisputed, .scheduleNameTaken,
    ]

    package static let scheduleFileApplied = Event(
        "BRS-2201", "schedule-file-applied", .notice, id: "3a3f2259a5f791bc8b104f694d8e038c",
        summary: "The file's schedules are in force",
        meaning: """
            The schedules of this daemon's configuration are the ones in force for every
            daemon on this database: at the start, or because a reload brought new ones.
            """,
        impact: """
            New and changed schedules fire from now on; those that the file no longer
            names fire no more. What an operator switched on or off by hand stays so.
            """,
        diagnosis: """
            What is in force now, and who changed it:
              bursarctl schedules list
              bursarctl audit list
            """,
        action: """
            Nothing to do. If it was a mistake, put the old file back and reload:
              bursarctl config diff
              bursarctl reload --wait
            """)

    package static let scheduleFileDisputed = Event(
        "BRS-2202", "schedule-file-disputed", .error, id: "3285db6dd62446bcf213da16dc7fd778",
        summary: "Another daemon holds another file of schedules",
        meaning: """
            This daemon's file names other schedules than the file that holds, and a
            daemon that lives stands by that other file. The message names it.
            """,
        impact: """
            This daemon fires none of the file's schedules; the daemon with the file that
            holds fires them as before, and both run jobs. Nothing is missed, nothing
            fires twice. Schedules that operators made are not concerned.
            """,
        diagnosis: """
            What would change if this daemon's file held, and which daemons there are:
              bursarctl config diff
              bursarctl schedules list
              psql "$(bursarctl db url)" -c "select host, pid, file_digest, beat_at from bursar.daemon where \
            ended_at is null"
            """,
        action: """
            If the other file is right, copy it here and reload. If this one is right, say
            so, on this machine; then bring the file to the others:
              bursarctl reload --wait
              bursarctl reload --wait --apply
            """)

    package static let scheduleNameTaken = Event(
        "BRS-2203", "schedule-name-taken", .warning, id: "285d68c2a68037458edd5d75e6de1837",
        summary: "The file names a schedule that an operator made",
        meaning: """
            The file names a schedule, but an operator made one of that name while the
            daemon ran. The operator's stays; the file's was left out.
            """,
        impact: """
            Only this one schedule of the file is not in force. The operator's fires as
            before.
            """,
        diagnosis: """
            Compare the two, and see who made the other and when:
              bursarctl schedules list
              bursarctl config show --effective
              bursarctl audit list
            """,
        action: """
            Keep one of them: rename it in the file, or remove the operator's and reload:
              bursarctl schedules delete @BURSAR_SCHEDULE@ --reason "it is in the file now"
              bursarctl reload --wait
            """)
}
