/// The parts that statements which look at queues have in common. None scans a queue: its length is kept in counters,
/// and its lines are read from their heads.
enum QueueFragments {
    /// CTEs of what is counted: `counted (kind, waiting, running, parked, done, failed, cancelled)`, folded and not yet
    /// folded; `batched (kind, jobs)`: those of the waiting ones that daemons work at by the batch; and `busy (id)`,
    /// which these are.
    static let counted = """
        counted as materialized (
            select kind, sum(waiting)::bigint as waiting, sum(running)::bigint as running,
                   sum(parked)::bigint as parked, sum(done)::bigint as done, sum(failed)::bigint as failed,
                   sum(cancelled)::bigint as cancelled
            from (
                select kind, case state when 'waiting' then jobs else 0 end as waiting,
                       case state when 'running' then jobs else 0 end as running,
                       case state when 'parked' then jobs else 0 end as parked,
                       case state when 'done' then jobs else 0 end as done,
                       case state when 'failed' then jobs else 0 end as failed,
                       case state when 'cancelled' then jobs else 0 end as cancelled
                from bursar.tally
                union all
                select kind, waiting, running, parked, done, failed, cancelled from bursar.tally_change) t
            group by kind),
        batched as materialized (select kind, sum(cardinality(ids))::bigint as jobs from bursar.batch group by kind),
        busy as materialized (select unnest(ids) as id from bursar.batch)
        """

    /// When the job of a kind that may be claimed next became due; null when none is. Expects `clock` and `busy`.
    ///
    /// - Parameter kind: SQL of its name.
    static func oldestDue(of kind: String) -> String {
        """
        (select min(f.run_at) from \(levels), lateral (
            select j.run_at from bursar.job j where \(isDue(kind)) order by j.run_at, j.id limit 1) f)
        """
    }

    /// How many jobs of a kind may be claimed, as far as `limit`. Expects `clock` and `busy`.
    static func due(of kind: String, limit: String) -> String {
        """
        (select count(*) from (
            select from \(levels), lateral (
                select from bursar.job j where \(isDue(kind)) order by j.run_at, j.id limit \(limit)) f
            limit \(limit)) d)
        """
    }

    private static let levels = "unnest(array[-1, 0, 1]::smallint[]) as level (priority)"

    /// The line of a priority, as `bursar.job_ready` keeps it.
    private static func isDue(_ kind: String) -> String {
        """
        j.kind = \(kind) and j.priority = level.priority and j.run_at <= clock.now and j.state = 'waiting'
            and not j.held and j.id not in (select id from busy)
        """
    }
}
