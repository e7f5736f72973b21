package import Postgres
package import Primitives

import struct FoundationEssentials.UUID

/// How much there is to do, by the database's clock.
package struct JobTally: Sendable, Hashable {
    /// At most `limit`; as are the others.
    package let waiting: Int
    package let due: Int
    package let running: Int
    package let parked: Int
    /// When the job that is next in line became due; nil when none is due.
    package let oldestDue: Instant?
    package let now: Instant
}

/// Counts unfinished jobs, each state up to a limit: a count never scans a long queue.
///
/// The waiting ones are taken in the order in which they are claimed, so due ones come before those that lie ahead.
package struct CountJobs: Statement {
    package static let limit = 100_000

    package init() {}

    package static let sql = """
        with clock as (select clock_timestamp() as now),
        waiting as materialized (
            select run_at from bursar.job where state = 'waiting' order by priority, run_at, id limit $1),
        running as (select id from bursar.job where state = 'running' limit $1),
        parked as (select id from bursar.job where state = 'parked' limit $1)
        select (select count(*) from waiting), (select count(*) from waiting, clock where run_at <= clock.now),
               (select count(*) from running), (select count(*) from parked),
               (select min(run_at) from waiting, clock where run_at <= clock.now), clock.now
        from clock
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(Self.limit)
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
