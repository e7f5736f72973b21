package import Postgres
package import Primitives

import struct FoundationEssentials.UUID

/// How much there is to do, by the database's clock.
package struct JobTally: Sendable, Hashable {
    /// Those whose time has not come and those behind others of their key included.
    package let waiting: Int
    /// Those of the waiting ones that may be claimed; at most `CountJobs.dueMax`.
    package let due: Int
    /// By themselves, or in a batch.
    package let running: Int
    package let parked: Int
    /// When the job that has been due longest became so; nil when none is due.
    package let oldestDue: Instant?
    package let now: Instant
}

/// How many unfinished jobs there are, as the counters say.
package struct CountJobs: Statement {
    /// Due jobs are counted up to this many.
    package static let dueMax = 10_000

    package init() {}

    package static let sql = """
        with clock as (select clock_timestamp() as now),
        \(QueueFragments.counted),
        total as materialized (
            select coalesce(sum(waiting), 0)::bigint as waiting, coalesce(sum(running), 0)::bigint as running,
                   coalesce(sum(parked), 0)::bigint as parked
            from counted),
        taken as materialized (select coalesce(sum(jobs), 0)::bigint as jobs from batched)
        select greatest(total.waiting - taken.jobs, 0),
               (select coalesce(least(sum(\(QueueFragments.due(of: "c.kind", limit: "$1"))), $1), 0)::bigint
                from counted c, clock where c.waiting > 0),
               total.running + taken.jobs, total.parked,
               (select min(\(QueueFragments.oldestDue(of: "c.kind"))) from counted c, clock where c.waiting > 0),
               clock.now
        from clock, total, taken
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(Self.dueMax)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> JobTally {
        JobTally(
            waiting: try row.next(), due: try row.next(), running: try row.next(), parked: try row.next(),
            oldestDue: try row.next(), now: try row.next())
    }
}

/// A daemon that has not ended, as its row says.
package struct DaemonView: Sendable, Hashable {
    package let id: DaemonID
    package let host: String
    package let pid: Int32
    package let build: String
    package let kinds: [String]
    package let startedAt: Instant
    package let beatAt: Instant
    /// The database's present instant.
    package let now: Instant
}

/// The daemons that have not ended, oldest first.
package struct LiveDaemons: Statement {
    /// More are not listed.
    package static let limit = 100

    package init() {}

    package static let sql = """
        select id, host, pid, build, kinds, started_at, beat_at, clock_timestamp()
        from bursar.daemon where ended_at is null order by started_at, id limit $1
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> DaemonView {
        DaemonView(
            id: DaemonID(try row.next(UUID.self)), host: try row.next(), pid: try row.next(), build: try row.next(),
            kinds: try row.next(), startedAt: try row.next(), beatAt: try row.next(), now: try row.next())
    }
}

/// The server's version and present instant: the smallest statement that proves it answers.
package struct ServerGreeting: Statement {
    package init() {}

    package static let sql = "select current_setting('server_version'), clock_timestamp()"

    package static func output(from row: inout Row) throws(PostgresError) -> (version: String, now: Instant) {
        (version: try row.next(String.self), now: try row.next(Instant.self))
    }
}
