import Logging

// Of claims, beats and the search for dead daemons.
extension Event {
    static let dispatchEvents: [Event] = [
        .claimFailed, .beatFailed, .reaperFailed, .jobsRetaken,
    ]

    package static let claimFailed = Event(
        "BRS-3101", "claim-failed", .warning, id: "8791adef7abe90aac4ad82135b651207",
        summary: "Due jobs could not be claimed",
        meaning: """
            The daemon asked for due jobs and the database did not answer, or refused. It
            tries again by itself; the line is said once in ten seconds and counts those
            held back.
            """,
        impact: """
            No new job begins on this daemon while it lasts. Jobs stay in the queue in
            their order and lose no attempt.
            """,
        diagnosis: """
            The error tells an outage from a refusal, and a slow database from an absent
            one:
              bursarctl logs --event BRS-3101 --since 15m
              bursarctl status
              psql "$(bursarctl db url)" -c "select pid, state, wait_event_type, now() - query_start as age from \
            pg_stat_activity where application_name like 'bursard%' order by age desc"
            """,
        action: """
            Bring the database back if it is down: the daemon goes on by itself. If many
            sessions wait for a lock, find the one that holds it and end it. Do not
            restart the daemon for this.
              bursarctl doctor
            """)

    package static let beatFailed = Event(
        "BRS-3102", "beat-failed", .warning, id: "a7ce135e7b559203c6cce83125c25814",
        summary: "The daemon could not tell the database that it lives",
        meaning: """
            The daemon could not write its beat, by which others know that it lives. It
            goes on trying; the line is said once in ten seconds.
            """,
        impact: """
            After half of `engine.lease` without a beat it starts nothing more and tells
            what runs to stop, because another daemon may retake its jobs. No effect can
            happen twice: a late commit is refused.
            """,
        diagnosis: """
            Whether the database is away for all, or only for this machine:
              bursarctl status
              psql "$(bursarctl db url)" -c "select host, pid, beat_at, now() - beat_at as age from bursar.daemon \
            where ended_at is null"
            """,
        action: """
            Mend the way to the database; the daemon goes on by itself. If beats are late
            while the database is quick, the machine is overloaded: lower `engine.workers`
            or raise `engine.lease`, then apply it:
              bursarctl reload --wait
            """)

    package static let reaperFailed = Event(
        "BRS-3103", "reaper-failed", .warning, id: "81968ad47cd89b41a1b9b3f07b50d7e1",
        summary: "The search for jobs of dead daemons failed",
        meaning: """
            The regular search for jobs of dead daemons, and for attempts past their
            deadline, failed. It is repeated every few seconds.
            """,
        impact: """
            Jobs that a dead daemon left stay where they are until a search succeeds, on
            this or on any other daemon. All other work goes on.
            """,
        diagnosis: """
            The entry has the error. Whether anything waits to be retaken:
              bursarctl logs --event BRS-3103 --since 15m
              bursarctl jobs list --state running
            """,
        action: """
            An outage mends itself. If a permission is named (ending another session needs
            the same database role), run all daemons under one role:
              bursarctl doctor
            """)

    package static let jobsRetaken = Event(
        "BRS-3104", "jobs-retaken", .warning, id: "2f668dcbceccfec11f3c242dcd5e1043",
        summary: "Jobs of a dead daemon were taken back",
        meaning: """
            A daemon died, or one of its attempts sat past its hard deadline, and its jobs
            were taken back into the queue. Both witnesses agreed: its lock was free and
            its beat stale.
            """,
        impact: """
            Each of these jobs goes on from its last committed step, on any daemon. What
            the dead one had not committed never happened. A job cut off too often without
            a step in between is parked.
            """,
        diagnosis: """
            Which daemon died and when, and which jobs were concerned:
              psql "$(bursarctl db url)" -c "select host, pid, build, beat_at, ended_at from bursar.daemon order by \
            ended_at desc nulls last limit 5"
              psql "$(bursarctl db url)" -c "select id, kind, state, interruptions from bursar.job where \
            interruptions > 0"
            """,
        action: """
            Nothing for the jobs. On the host of the dead daemon, see why it went down and
            whether it is up again:
              systemctl status bursard
              journalctl -u bursard -p warning -S -1h
            """)
}
