package import Postgres
package import Primitives

/// What one line about the daemon needs to know, in one statement.
package struct TallyForStatus: Statement {
    /// The schedule that is next in line.
    package struct Next: Sendable, Hashable {
        package let schedule: String
        package let instant: Instant
        package let zone: String
    }

    /// The counts of states. What runs in a batch runs, and does not wait.
    package struct Tally: Sendable, Hashable {
        package let waiting: Int
        package let running: Int
        package let parked: Int
        /// When the job that waits longest became due.
        package let oldestDue: Instant?
        package let next: Next?
        /// Of the file whose schedules hold.
        package let fileDigest: String?
        package let now: Instant
    }

    package init() {}

    package static let sql = """
        with clock as (select clock_timestamp() as now),
        \(QueueFragments.counted),
        total as materialized (
            select coalesce(sum(waiting), 0)::bigint as waiting, coalesce(sum(running), 0)::bigint as running,
                   coalesce(sum(parked), 0)::bigint as parked
            from counted),
        taken as materialized (select coalesce(sum(jobs), 0)::bigint as jobs from batched),
        next as materialized (
            select name, next_due, zone from bursar.schedule
            where next_due is not null and paused_at is null and removed_at is null and enabled
            order by next_due, id limit 1)
        select greatest(total.waiting - taken.jobs, 0), total.running + taken.jobs, total.parked,
               (select min(\(QueueFragments.oldestDue(of: "c.kind"))) from counted c, clock where c.waiting > 0),
               (select name from next), (select next_due from next), (select zone from next),
               (select digest from bursar.schedule_file), clock.now
        from clock, total, taken
        """

    package static func output(from row: inout Row) throws(PostgresError) -> Tally {
        let waiting = try row.next(Int.self)
        let running = try row.next(Int.self)
        let parked = try row.next(Int.self)
        let oldestDue = try row.next(Instant?.self)
        let schedule = try row.next(String?.self)
        let instant = try row.next(Instant?.self)
        let zone = try row.next(String?.self)
        var next: Next?
        if let schedule, let instant, let zone { next = Next(schedule: schedule, instant: instant, zone: zone) }
        return Tally(
            waiting: waiting, running: running, parked: parked, oldestDue: oldestDue, next: next,
            fileDigest: try row.next(), now: try row.next())
    }
}
