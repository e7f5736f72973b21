import Logging

// Of the daemon itself: its start, its stop, its log, its API.
extension Event {
    static let daemonEvents: [Event] = [
        .ready, .stopping, .stoppedInOrder, .startFailed, .readinessWithheld, .selfTestFailed,
        .inFlightFoundAtStart, .drainIncomplete, .logLinesDropped, .clockSkew, .socketTaken, .requestFailed,
    ]

    package static let ready = Event(
        "BRS-1001", "ready", .notice, id: "60c53b19f2f5a7b2db2b317536a7cfd2",
        summary: "The daemon is ready",
        meaning: """
            The configuration is valid, the credentials are read, the schema is current,
            the database knows this daemon, the self-tests passed, the schedules of the
            file are looked at, and the admin socket is bound. From here on the daemon
            claims jobs and decides ticks.
            """,
        impact: """
            None: this is how it should be. Seen every few minutes it means that the
            daemon keeps restarting, and every restart cuts off what ran.
            """,
        diagnosis: """
            To see how often it started and why it went down before:
              journalctl -u bursard BURSAR_EVENT=BRS-1001 -S yesterday
              systemctl show bursard -p NRestarts,Result,ExecMainStatus
            """,
        action: """
            Nothing to do. If it comes too often, look at what stands right above it:
              bursarctl logs --since 1h --explain
            """)

    package static let stopping = Event(
        "BRS-1002", "stopping", .notice, id: "78ed943c42fbd2d39914a367ece57c37",
        summary: "The daemon was told to stop and lets running jobs finish",
        meaning: """
            The daemon heard SIGTERM or SIGINT, from `systemctl stop`, a restart, an
            upgrade or a person. It claims nothing more and gives what runs the time of
            `engine.drain` to end; what does not end in that time goes back to the queue.
            """,
        impact: """
            No job begins on this machine until the daemon is started again. Other daemons
            on the same database go on; with none of them, due ticks wait and are caught
            up later as each schedule's `catch_up` says.
            """,
        diagnosis: """
            How many jobs it still waits for stands in the status line:
              systemctl status bursard
            Who stopped it:
              journalctl -S -10min _COMM=systemctl + _COMM=sudo + _PID=1 UNIT=bursard.service
            """,
        action: """
            Nothing if the stop was wanted. To stay stopped, its socket must stop too, or
            the next call of bursarctl starts it again. If it was not wanted, start it;
            nothing is lost:
              systemctl stop bursard.socket bursard
              systemctl start bursard
            """)

    package static let stoppedInOrder = Event(
        "BRS-1003", "stopped-in-order", .notice, id: "c4388aa19807aad2d4cf3db67ea328ab",
        summary: "The daemon stopped in order",
        meaning: """
            The daemon drained, told the database that it ends, closed its connections,
            and stopped the embedded database if it had one. It exits with 0.
            """,
        impact: """
            No job runs on this machine. Nobody has to wait for this daemon to be found
            dead: its jobs are free for others at once.
            """,
        diagnosis: """
            Whether other daemons still work on the same database:
              psql "$(bursarctl db url)" -c "select host, pid, beat_at from bursar.daemon where ended_at is null"
            An embedded database stopped with the daemon and cannot be asked.
            """,
        action: """
            Nothing if the stop was wanted. Otherwise:
              systemctl start bursard
            """)

    package static let startFailed = Event(
        "BRS-1004", "start-failed", .critical, id: "d93bcb545d7cc34de14bc5d9f9617a04",
        summary: "The daemon could not start",
        meaning: """
            The daemon ended before it was ready. The message says what it could not do,
            and the exit status says of what kind that is: 69 something it needs is
            unavailable, 70 a bug, 76 the schema is of another version, 77 a permission,
            78 the configuration.
            """,
        impact: """
            No job runs on this machine, and a schedule that is due fires nothing here.
            The service manager does not try again after 64, 76, 77 and 78, since only a
            person can mend those; after any other it does, a second later.
            """,
        diagnosis: """
            Read the message again, then check what it names without starting anything:
              systemctl status bursard
              bursarctl config check --online
              bursarctl doctor
            """,
        action: """
            78: correct the file and line that the message names. 76: apply the schema
            with the same version as the daemon. 77: give the account `bursar` what the
            message names. 69: bring the database back. Then start it:
              bursarctl migrate
              systemctl reset-failed bursard; systemctl start bursard
            """)

    package static let readinessWithheld = Event(
        "BRS-1005", "readiness-withheld", .warning, id: "efaa2f13388156e05609930e0605c817",
        summary: "The daemon runs but may not take work yet",
        meaning: """
            The daemon is up, but one of the conditions for taking work does not hold yet;
            the message names it and says why. It goes on trying and has not told the
            service manager that it is ready.
            """,
        impact: """
            No job begins here and no tick is decided here. `systemctl start` seems to
            hang meanwhile; that is on purpose. Nothing is lost: ticks are caught up
            later.
            """,
        diagnosis: """
            The status line names the first condition that does not hold; the doctor tests
            each from outside and says how to mend it:
              systemctl status bursard
              bursarctl doctor
            """,
        action: """
            Mend what the message names; the daemon notices by itself within seconds. A
            restart cures nothing here. If it was a change of the configuration that broke
            it:
              bursarctl config check --online
              systemctl restart bursard
            """)

    package static let selfTestFailed = Event(
        "BRS-1006", "self-test-failed", .error, id: "bc9e2db616ca510b88785a27e7ae067c",
        summary: "A self-test failed; the daemon is not ready",
        meaning: """
            Before it takes work the daemon proves its way to the database: that a
            notification comes back, that a session keeps its lock, that the clocks agree,
            that the schema and the zone data are right. One of these proofs failed; the
            message says which and what it found.
            """,
        impact: """
            The daemon takes no work and tries again every few seconds. Working without
            the proof could run a job twice or notice it late.
            """,
        diagnosis: """
            The usual cause of a lost notification or lock is a transaction pooler such as
            PgBouncer in front of PostgreSQL. See what the address really leads to:
              bursarctl db url
              bursarctl doctor
              bursarctl logs --event BRS-1006 --since 1h
            """,
        action: """
            Follow the hint of the message. For a pooler: set `database.url` to the server
            itself, or to a pool in session mode. For clocks: switch NTP on.
              bursarctl config check --online
              systemctl restart bursard
            """)

    package static let inFlightFoundAtStart = Event(
        "BRS-1007", "in-flight-found-at-start", .warning, id: "70fd47dcdb25dad85441414d363c8c6e",
        summary: "Jobs were running when a daemon of this host last died",
        meaning: """
            When this daemon started, the database still showed jobs in the hands of a
            daemon of this host that no longer lives. That one was killed: by the
            watchdog, by the kernel for want of memory, by kill -9, or with the machine.
            """,
        impact: """
            Each job goes on from its last committed step once it is retaken, within the
            time of `engine.lease`. What was not committed never happened. A job that was
            cut off too often without a step is parked.
            """,
        diagnosis: """
            Why the last one died, and which jobs it left:
              journalctl -u bursard -b -p warning -S -1h
              journalctl -k -g "Out of memory|oom-kill" -S -1h
              bursarctl jobs list --state running
            """,
        action: """
            Nothing for the jobs. If the kernel killed it, give it memory (MemoryMax of
            the unit) or fewer `engine.workers`. If the watchdog did, see what it said:
              bursarctl explain watchdog-triggered
            """)

    package static let drainIncomplete = Event(
        "BRS-1008", "drain-incomplete", .warning, id: "670c8142be37eea275f2e56a011ca74f",
        summary: "Jobs were still running when the time to stop was over",
        meaning: """
            The time of `engine.drain` was over and attempts were still running. They were
            told to stop and their jobs went back to the queue, each to go on from its
            last committed step. This costs none of their attempts.
            """,
        impact: """
            Those jobs end later than they would have: after the next start, or on another
            daemon at once. No effect happened twice and none was lost.
            """,
        diagnosis: """
            Which jobs, and how long their steps take:
              bursarctl logs --event BRS-1008 --since 1h
              bursarctl jobs list --state waiting
            """,
        action: """
            Nothing for the jobs. If it happens at each stop, allow more time: raise
            `engine.drain` in /etc/bursar/bursar.yaml, and TimeoutStopSec of the unit
            above it, or make the steps of that kind shorter.
              systemctl edit bursard
              bursarctl reload --wait
            """)

    package static let logLinesDropped = Event(
        "BRS-1009", "log-lines-dropped", .warning, id: "598aaeaf441b66d01f72ac832ca421fb",
        summary: "Lines of the log were dropped",
        meaning: """
            More lines came than could be written, so that some below the level of warning
            were left out. Warnings and worse are never left out, and no job waits for its
            log.
            """,
        impact: """
            The log has a gap of harmless lines; work went on. The journal has a limit of
            its own and may have dropped more after that.
            """,
        diagnosis: """
            How many the journal itself suppressed, and what speaks so much:
              journalctl -u systemd-journald -g Suppressed -S -1h
              journalctl -u bursard -S -10min -o json --output-fields=BURSAR_KIND,MESSAGE | tail -n 50
            """,
        action: """
            If the level is debug or trace, set `logging.level` back to info and apply it.
            If the disk of the journal is slow or full, make room:
              bursarctl reload --wait
              journalctl --vacuum-size=1G
            """)

    package static let clockSkew = Event(
        "BRS-1010", "clock-skew", .warning, id: "212c216fa2e61e048a3bd0a866dd0007",
        summary: "The clocks of this machine and of the database differ",
        meaning: """
            The clock of this machine and the clock of the database differ by more than is
            allowed, or this machine's clock jumped. Ticks are decided by the database's
            clock, so none is decided twice for that.
            """,
        impact: """
            Times in the log and in the tables do not fit together, and wake-ups come
            early or late by the difference. Signed requests and certificates may be
            refused.
            """,
        diagnosis: """
            Ask both machines, in this order:
              timedatectl
              psql "$(bursarctl db url)" -c "select clock_timestamp()"; date -u --rfc-3339=ns
              bursarctl doctor
            """,
        action: """
            Switch time synchronisation on where it is off, and wait until it says "System
            clock synchronized: yes". No restart is needed.
              timedatectl set-ntp true
            """)

    package static let socketTaken = Event(
        "BRS-1011", "socket-taken", .critical, id: "7a889ff1b767a98e6973726ad6008158",
        summary: "Another process holds the admin socket",
        meaning: """
            Another process listens on the admin socket, or holds its lock: as a rule a
            second bursard with the same configuration.
            """,
        impact: """
            This daemon does not start, so that two do not answer under one name. The
            other one goes on working.
            """,
        diagnosis: """
            Which process has it, and whether that one is well:
              ss -xlp | grep bursar
              systemctl status bursard
              bursarctl status
            """,
        action: """
            Stop the one that is not wanted. To run two on one machine, give each its own
            `admin.socket` and `state_directory`.
              systemctl stop bursard.socket bursard
            """)

    package static let requestFailed = Event(
        "BRS-1012", "request-failed", .error, id: "cc1e89881ae365866a94639242903453",
        summary: "The admin API could not answer a request",
        meaning: """
            A request to the admin API met an error that it has no answer for. The caller
            got the status 500; the entry has the whole error. This is a bug or a broken
            database, never a wrong request.
            """,
        impact: """
            That one request failed; a change it was to make was rolled back whole. Jobs
            and schedules are not touched.
            """,
        diagnosis: """
            The entry names the path and the error. See whether there are more, and what
            the database said then:
              bursarctl logs --event BRS-1012 --since 1d
              bursarctl doctor
            """,
        action: """
            Try the command again. If it fails again, keep the entry as it is for whoever
            maintains Bursar; it has the place in the source.
              journalctl -u bursard BURSAR_EVENT=BRS-1012 -n 1 -o json-pretty
            """)
}
