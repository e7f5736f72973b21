import Logging

// Of ticks and schedules.
extension Event {
    static let scheduleEvents: [Event] = [
        .schedulesNotRead, .scheduleUnreadable, .schedulePausedOnFailure, .ticksPassedOver, .tickSettled,
    ]

    package static let schedulesNotRead = Event(
        "BRS-2101", "schedules-not-read", .warning, id: "7e376abbc9c6d6b589b15e503a32dd1b",
        summary: "Due schedules could not be read or committed",
        meaning: """
            The scheduler asked which ticks are due, or wanted to commit what it decided,
            and the database did not do it. It tries again every second; the line is said
            once in ten seconds and counts those held back.
            """,
        impact: """
            While it lasts no tick is decided by this daemon. None is lost: the cursor of
            a schedule moves only with the commit, and what was due meanwhile is decided
            afterwards as its `catch_up` says.
            """,
        diagnosis: """
            The error tells a database that is away from one that refuses:
              bursarctl logs --event BRS-2101 --since 15m
              bursarctl status
              psql "$(bursarctl db url)" -c "select now(), pg_is_in_recovery()"
            """,
        action: """
            A lost connection mends itself. If the database refuses (a permission, a
            missing table, a standby), put that right; no restart of the daemon is needed.
              bursarctl doctor
            """)

    package static let scheduleUnreadable = Event(
        "BRS-2102", "schedule-unreadable", .error, id: "5037d2feda10ec4b32d16addcc5c0e77",
        summary: "A stored schedule makes no sense and fires nothing",
        meaning: """
            The row of the schedule that the entry names cannot be understood by this
            build: its zone is not in this machine's zone data, its expression is wrong,
            or a newer build wrote it. It is said once for each edit of the schedule.
            """,
        impact: """
            This schedule fires nothing; all others do. Its ticks are not lost: they wait,
            and are decided as its `catch_up` says once it can be read.
            """,
        diagnosis: """
            The entry says what cannot be read. Compare it with the file and with what the
            machine knows:
              bursarctl schedules list
              bursarctl config check
              ls /usr/share/zoneinfo
            """,
        action: """
            Correct the zone or expression in /etc/bursar/bursar.yaml and reload, or
            install the zone data (tzdata). For a schedule that an operator made, set it
            anew with `bursarctl schedules put`.
              bursarctl reload --wait
            """)

    package static let schedulePausedOnFailure = Event(
        "BRS-2103", "schedule-paused-on-failure", .error, id: "4f386eb3469d77226604c0e588d001e2",
        summary: "A schedule paused itself after a failed run",
        meaning: """
            A run of the schedule that the entry names failed or was parked, and the
            schedule is set to `pause_on_failure`, as every schedule that moves money is.
            It waits for a person now.
            """,
        impact: """
            None of its later ticks starts anything until it is resumed. They are kept
            undecided, and are caught up then as `catch_up` says: for money all of them,
            in order.
            """,
        diagnosis: """
            What failed, and what of it was already committed:
              bursarctl runs list --schedule @BURSAR_SCHEDULE@
              bursarctl runs show @BURSAR_RUN_ID@
              bursarctl logs --run @BURSAR_RUN_ID@ --explain
            """,
        action: """
            Mend the cause first and retry the parked job if there is one. Look at what
            the resumption would start, then resume it with a reason:
              bursarctl schedules preview @BURSAR_SCHEDULE@
              bursarctl schedules resume @BURSAR_SCHEDULE@ --reason "cause mended"
            """)

    package static let ticksPassedOver = Event(
        "BRS-2104", "ticks-passed-over", .warning, id: "246a47a3dabbfa0c9e36a9097ba55e22",
        summary: "Ticks of a schedule were passed over",
        meaning: """
            Ticks of the schedule that the entry names came due and started nothing. The
            entry says why: `missed`, they were found later than `max_lateness` or than
            `catch_up` allows, as after an outage; `overlap`, the run before was still
            going on and the schedule says `skip`; `repeated`, an edit of the zone brought
            a local time again that had been decided already.
            """,
        impact: """
            The work of those times was not done and will not be by itself. A row for each
            such tick is kept. Values that build on every run, such as hourly ones, may
            have a gap.
            """,
        diagnosis: """
            Which ticks, and why nobody decided them in time:
              bursarctl schedules next @BURSAR_SCHEDULE@
              bursarctl runs list --schedule @BURSAR_SCHEDULE@
              psql "$(bursarctl db url)" -c "select instant, decision, decided_at from bursar.tick where decision \
            in ('missed', 'overlap') order by instant desc limit 20"
            """,
        action: """
            Decide whether the work is still wanted. If so, start it for those times:
              bursarctl schedules backfill @BURSAR_SCHEDULE@ --help
            If ticks overlap every day, the run takes longer than its interval: make the
            interval longer, or set `overlap: queue`.
            """)

    package static let tickSettled = Event(
        "BRS-2105", "tick-settled", .warning, id: "9d0c53a1c2f4435f8ce4f6f2a7b9d815",
        summary: "A tick of money was passed over: its period was run",
        meaning: """
            A tick of the schedule that the entry names came due, and the period that it
            is for (the month, week or day since the tick before it) was run already: the
            entry names the job. An edit of the schedule moved its time, or somebody ran a
            backfill of that period.
            """,
        impact: """
            Nothing is paid twice. The tick is decided, with a row that names the job; the
            schedule goes on with its next period.
            """,
        diagnosis: """
            The run that settled the period, and the edit that moved the tick:
              bursarctl jobs show @BURSAR_JOB_ID@
              bursarctl schedules ticks @BURSAR_SCHEDULE@
              bursarctl audit list
            """,
        action: """
            Nothing, as a rule. If this period is to be run once more nevertheless, say so
            by hand:
              bursarctl schedules run @BURSAR_SCHEDULE@ --reason "why it is due again"
            """)
}
