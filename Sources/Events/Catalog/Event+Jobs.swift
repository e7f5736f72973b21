import Logging

// Of one job and its attempts.
extension Event {
    static let jobEvents: [Event] = [
        .leaseLost, .endNotRecorded, .attemptFailed, .jobAsksForPerson, .jobParked, .jobFailed,
        .breakerOpened, .attemptHangs,
    ]

    package static let leaseLost = Event(
        "BRS-3201", "lease-lost", .warning, id: "b56e095585e6099eafad26cfc724398d",
        summary: "An attempt lost its lease; nothing was committed after it",
        meaning: """
            An attempt no longer held its job: it was retaken, cancelled, or ended
            elsewhere. Its last transaction was rolled back.
            """,
        impact: """
            None on the books: the fence refused whatever came after the loss. The job is
            in other hands or has ended.
            """,
        diagnosis: """
            Who holds it now, and why it changed hands:
              bursarctl jobs explain @BURSAR_JOB_ID@
              bursarctl logs --job @BURSAR_JOB_ID@ --explain
            """,
        action: """
            Nothing for this job. If it happens often, the daemon is too slow to beat or
            its steps are too long: look for BRS-3102 around the same time.
              bursarctl logs --event BRS-3102 --since 1d
            """)

    package static let endNotRecorded = Event(
        "BRS-3202", "end-not-recorded", .warning, id: "3ee6ce7bb4c00ee7a869a84da2867a35",
        summary: "The end of an attempt could not be recorded yet",
        meaning: """
            The attempt came to its end, but the database did not take that down yet. The
            daemon goes on trying, until the job's deadline lets another daemon have it.
            """,
        impact: """
            If the end cannot be recorded in time, the job is done again from its last
            committed step. Its last effects and its completion commit together, so they
            happen once.
            """,
        diagnosis: """
            The entry has the error; as a rule the database is away:
              bursarctl status
              bursarctl jobs show @BURSAR_JOB_ID@
            """,
        action: """
            Bring the database back. Do not restart the daemon and do not retry the job by
            hand meanwhile.
              bursarctl doctor
            """)

    package static let attemptFailed = Event(
        "BRS-3203", "attempt-failed", .warning, id: "045910e54e0270ab513514c075f40042",
        summary: "An attempt failed; the job will be tried again",
        meaning: """
            The attempt ended in an error. Its job waits for the pause that the entry
            names and is tried again.
            """,
        impact: """
            The work is late by the pause. What the attempt had committed in steps is kept
            and not repeated; the rest never happened.
            """,
        diagnosis: """
            The error, the number of failures so far, and when it comes next:
              bursarctl jobs show @BURSAR_JOB_ID@
              bursarctl logs --job @BURSAR_JOB_ID@
            """,
        action: """
            Nothing after one. If all attempts fail alike, mend the cause before they are
            used up; the next attempt comes by itself, and this says when:
              bursarctl jobs explain @BURSAR_JOB_ID@
            """)

    package static let jobAsksForPerson = Event(
        "BRS-3204", "job-asks-for-person", .warning, id: "9201f1b99cd1bac03f56be42b1af206f",
        summary: "A job parked itself: a person must look",
        meaning: """
            The job found something that it must not decide, or no daemon of this build
            knows its kind. It stands aside with its reason, and waits.
            """,
        impact: """
            Its work is not done. Jobs that must follow it in order wait behind it, and a
            schedule with `pause_on_failure` is paused.
            """,
        diagnosis: """
            The reason, and what waits behind it:
              bursarctl jobs explain @BURSAR_JOB_ID@
              bursarctl jobs show @BURSAR_JOB_ID@
            """,
        action: """
            Do what the reason asks for. A kind that is not known needs a daemon that
            knows it: the job is freed when one starts. Otherwise retry or cancel it:
              bursarctl jobs retry @BURSAR_JOB_ID@ --reason "looked into"
              bursarctl jobs cancel @BURSAR_JOB_ID@ --reason "not wanted"
            """)

    package static let jobParked = Event(
        "BRS-3205", "job-parked", .error, id: "15ece44a7ffc48978858cd854fdf1b9c",
        summary: "A job is parked after failures: a person must look",
        meaning: """
            The job failed so that trying again cannot help, or its attempts are used up,
            and it is backed by money: so it is not given up but set aside. `because` in
            the entry says which: refused or exhausted. A payload that cannot be read
            parks any job.
            """,
        impact: """
            Its work is not done, in whole or from some step on. Jobs that must follow it
            in order wait behind it, and its schedule is paused if it says so. Nobody
            tries it again by itself.
            """,
        diagnosis: """
            The last error, what was committed before it, and what waits behind it:
              bursarctl jobs explain @BURSAR_JOB_ID@
              bursarctl jobs show @BURSAR_JOB_ID@
              bursarctl logs --job @BURSAR_JOB_ID@
            """,
        action: """
            Mend the cause, then retry: it goes on from its last committed step. Cancel
            only if the work is done otherwise or not wanted. Resume the schedule
            afterwards if it is paused.
              bursarctl jobs retry @BURSAR_JOB_ID@ --reason "cause mended"
              bursarctl jobs cancel @BURSAR_JOB_ID@ --reason "not wanted"
              bursarctl schedules list
            """)

    package static let jobFailed = Event(
        "BRS-3206", "job-failed", .error, id: "f4c22e489dd1a87ef7e122b4c5eeb3a1",
        summary: "A job failed for good",
        meaning: """
            The job ended as failed: trying again cannot help, or its attempts are used
            up. It is not backed by money, so it does not wait for anyone.
            """,
        impact: """
            Its work is not done from its last committed step on. A run that it belonged
            to is recorded as failed; its schedule goes on with the next tick, unless it
            has `pause_on_failure`.
            """,
        diagnosis: """
            The last error and the run that it belonged to:
              bursarctl jobs show @BURSAR_JOB_ID@
              bursarctl logs --job @BURSAR_JOB_ID@
            """,
        action: """
            If the next tick does the same work, nothing. Otherwise mend the cause and
            have it done again as a new job:
              bursarctl jobs retry @BURSAR_JOB_ID@ --reason "cause mended"
            """)

    package static let breakerOpened = Event(
        "BRS-3207", "breaker-opened", .error, id: "afd863d165c0d28a74e832ca73832d93",
        summary: "A breaker opened: the other side failed again and again",
        meaning: """
            Jobs that need the same outside service failed several times in a row. The
            whole fleet leaves it alone for a while; then one job tries for all.
            """,
        impact: """
            Jobs behind the breaker wait, at no cost to their attempts. Others go on. When
            the trial succeeds all of them run; when it fails the rest begins anew.
            """,
        diagnosis: """
            The last error is in this entry. What waits behind it, and when it is tried
            again:
              bursarctl jobs list --state waiting
              bursarctl logs --event BRS-3207 --since 1d
            """,
        action: """
            Look at the other side: its status page, our credentials, the network between.
            Nothing has to be done here when it comes back.
              bursarctl doctor
            """)

    package static let attemptHangs = Event(
        "BRS-3208", "attempt-hangs", .error, id: "3a7f18d0c7174cb28ac0c2b469c3d637",
        summary: "An attempt goes on after its hard deadline",
        meaning: """
            The attempt was told to stop at its hard deadline and did not. Whatever it
            waits for does not heed that; nothing in this process can end it.
            """,
        impact: """
            It keeps one of the daemon's slots, or a lane of its kind, for as long as it
            hangs. Its job is retaken and done again; what this attempt still writes is
            refused by the fence.
            """,
        diagnosis: """
            Which attempts hang, and what became of their jobs:
              bursarctl logs --event BRS-3208 --since 1d
              bursarctl jobs explain @BURSAR_JOB_ID@
            """,
        action: """
            Look at what the job calls: a call without a time limit is a defect. If slots
            run short, restart the daemon; other daemons go on meanwhile. A job that hangs
            each time is parked in the end.
              systemctl restart bursard
            """)
}
