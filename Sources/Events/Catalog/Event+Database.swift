import Logging

// Of the database, its sessions, and the embedded one.
extension Event {
    static let databaseEvents: [Event] = [
        .databaseUnreachable, .databaseBack, .databaseWaitedForAtStart, .sessionLost, .takenForDead,
        .listenCanaryLost, .embeddedMigrated, .embeddedStopFailed, .historyNotKept,
    ]

    package static let databaseUnreachable = Event(
        "BRS-4001", "database-unreachable", .error, id: "8a581d74e073e81c006d0af5c31f51ce",
        summary: "The database does not answer",
        meaning: """
            The database did not answer within a few seconds, or the connection was
            refused. The daemon is degraded: it goes on trying and restarts nothing. The
            line comes once an outage; BRS-4002 ends it.
            """,
        impact: """
            No job begins or ends, and no tick is decided, until it is back. Nothing is
            lost and nothing happens twice: what was due is decided afterwards.
            """,
        diagnosis: """
            The address in use, and whether it can be reached from this machine:
              bursarctl db url
              pg_isready -d "$(bursarctl db url)"
              bursarctl doctor
            For an embedded database, see its own log in the state directory:
              tail -n 50 /var/lib/bursar/postgres/log/*
            """,
        action: """
            Bring PostgreSQL back, or the network to it; the daemon goes on within
            seconds. With several hosts in `database.url` a failover needs no change here.
            Do not restart the daemon.
              systemctl status postgresql
            """)

    package static let databaseBack = Event(
        "BRS-4002", "database-back", .notice, id: "151603874589ec9cc5ea339df729711d",
        summary: "The database answers again",
        meaning: """
            The database answers again after an outage; `since` in the entry says when the
            outage began. The daemon works as before.
            """,
        impact: """
            What was due meanwhile is caught up now, as each schedule says. Attempts that
            were cut off go on from their last step.
            """,
        diagnosis: """
            Whether all is caught up, and what was passed over:
              bursarctl status
              bursarctl logs --event BRS-2104 --since 1h
            """,
        action: """
            Nothing as a rule. After a failover to another server, make sure that nothing
            of the last seconds is missing: with asynchronous replication it may be.
              bursarctl audit verify
            """)

    package static let databaseWaitedForAtStart = Event(
        "BRS-4003", "database-waited-for-at-start", .warning, id: "2f757d2c2cfe30b9406537aadb0945ac",
        summary: "The daemon waits for the database before it starts",
        meaning: """
            The daemon starts and cannot reach its database yet. It tries again, with
            pauses of up to five seconds, for as long as it takes, and asks the service
            manager for more time.
            """,
        impact: """
            Nothing runs on this machine until the database is there. At boot this is
            harmless for some seconds.
            """,
        diagnosis: """
            The entry names the address, without its password, and the error:
              bursarctl db url
              pg_isready -d "$(bursarctl db url)"
            """,
        action: """
            Start PostgreSQL, or correct `database.url` if the address is wrong:
              systemctl start postgresql
              bursarctl config check --online
            """)

    package static let sessionLost = Event(
        "BRS-4004", "session-lost", .warning, id: "7028a248782d2ca1774290e181577406",
        summary: "The daemon lost its own connection to the database",
        meaning: """
            The one connection by which this daemon holds its lock, beats and hears
            notifications was lost. It makes another and takes the lock again.
            """,
        impact: """
            Until then wake-ups come by looking, up to `engine.poll` late. If it takes
            longer than the lease, others take this daemon for dead.
            """,
        diagnosis: """
            Whether the server ended it (a restart, an administrator, a time limit) or the
            network did:
              bursarctl logs --event BRS-4004 --since 1d
              psql "$(bursarctl db url)" -c "select pg_postmaster_start_time(), \
            current_setting('idle_session_timeout')"
            """,
        action: """
            Nothing after one. If it comes regularly, take the time limit of idle sessions
            away for Bursar's role, and let no firewall drop idle connections:
              psql "$(bursarctl db url)" -c "alter role current_user set idle_session_timeout = 0"
            """)

    package static let takenForDead = Event(
        "BRS-4005", "taken-for-dead", .error, id: "75507b9aab0be2db996767a1076e2262",
        summary: "This daemon was taken for dead and goes on as a new one",
        meaning: """
            Others found this daemon dead: it had not beaten for too long, and its lock
            was free. It was not dead, so it goes on under a new identity. What it still
            had in hand can commit nothing.
            """,
        impact: """
            Its jobs were retaken and go on elsewhere from their last step. No effect
            happened twice. The daemon itself is well again.
            """,
        diagnosis: """
            What kept it from beating: an outage, a frozen machine, or overload:
              bursarctl logs --event BRS-3102 --since 1h
              journalctl -k -S -1h -g "suspend|resume|hung|stall"
            """,
        action: """
            Nothing if the machine was suspended or the network cut. If it was overload,
            lower `engine.workers` or raise `engine.lease`, then apply it:
              bursarctl reload --wait
            """)

    package static let listenCanaryLost = Event(
        "BRS-4006", "listen-canary-lost", .warning, id: "5da282511d2bdb2297674a2bb6a04a96",
        summary: "Notifications of the database do not arrive",
        meaning: """
            The daemon sends itself a notification through the database every few seconds;
            two in a row did not come back. It closes its session and makes another.
            """,
        impact: """
            New jobs and cancellations may be noticed late, by `engine.poll` at most:
            looking finds what was not heard. Nothing is lost.
            """,
        diagnosis: """
            The usual causes are a pooler in front of PostgreSQL, a connection that died
            silently, or a full notification queue:
              bursarctl doctor
              psql "$(bursarctl db url)" -c "select pg_notification_queue_usage()"
            """,
        action: """
            Nothing after one. If it comes again and again, set `database.url` to the
            server itself. A queue near 1 means a session that listens and never ends its
            transaction: find it and end it.
              psql "$(bursarctl db url)" -c "select pid, application_name, xact_start from pg_stat_activity where \
            state = 'idle in transaction' order by xact_start"
            """)

    package static let embeddedMigrated = Event(
        "BRS-4101", "embedded-migrated", .notice, id: "00a2d9d28cff71ee070655ac333b1148",
        summary: "The embedded database got a newer schema",
        meaning: """
            The embedded database was brought to the schema of this build, at the start of
            the daemon. A database of your own is never migrated by the daemon.
            """,
        impact: """
            None: the change is complete. An older build would refuse to start on it, with
            the exit status 76.
            """,
        diagnosis: """
            The schema and its history:
              bursarctl migrate --help
              psql "$(bursarctl db url)" -c "\\dt bursar.*"
            """,
        action: """
            Nothing to do. Before you go back to an older build, restore a backup made
            before this:
              bursarctl restore --help
            """)

    package static let embeddedStopFailed = Event(
        "BRS-4102", "embedded-stop-failed", .error, id: "eea992422c82f6dd74398cd20a7704cc",
        summary: "The embedded database did not stop",
        meaning: """
            The daemon stopped, but the private PostgreSQL in its state directory did not
            within its time.
            """,
        impact: """
            The data is safe: PostgreSQL recovers by itself. The next start of the daemon
            takes the running server over, or recovers it.
            """,
        diagnosis: """
            Whether it still runs, and what it said:
              pgrep -a postgres
              tail -n 50 /var/lib/bursar/postgres/log/*
            """,
        action: """
            Start the daemon again. If the machine is to go down, stop the server first,
            never with kill -9:
              systemctl start bursard
              kill -INT $(head -n 1 /var/lib/bursar/postgres/data/postmaster.pid)
            """)

    package static let historyNotKept = Event(
        "BRS-4103", "history-not-kept", .warning, id: "a7439715b9cc254a5ac96b40a6591952",
        summary: "The days of the history could not be made or dropped",
        meaning: """
            Jobs that ended are kept in one partition a day. Every hour a daemon makes
            those of the next seven days and drops those that are older than
            engine.history. It also deletes webhooks and messages that ended 90 days ago.
            It has failed several times in a row, and tries every minute.
            """,
        impact: """
            None on jobs. Once the days that were made are used up, jobs that end share
            one partition, which is slower to clear; and old days take room.
            """,
        diagnosis: """
            The entry has the error. A timeout means that somebody holds the history:
              psql "$(bursarctl db url)" -c "select pid, usename, state, xact_start, left(query, 60) from \
            pg_stat_activity where query ilike '%finished_job%' order by xact_start"
            """,
        action: """
            End what holds it, such as a report or a dump that was left open. The daemon
            then catches up by itself:
              psql "$(bursarctl db url)" -c "\\d+ bursar.finished_job"
            """)
}
