/// The parts that statements which change jobs have in common. Each expects the CTE `clock (now)`.
enum JobFragments {
    /// Appends the change of the counters: one row a kind.
    ///
    /// - Parameters:
    ///   - source: a CTE with a row for each job, and its `kind`.
    ///   - changes: columns of `bursar.tally_change`, and how each job changes them, as SQL of one job's change.
    static func counted(from source: String, _ changes: KeyValuePairs<String, String>) -> String {
        """
        counted_\(source) as (
            insert into bursar.tally_change (kind, \(changes.map(\.key).joined(separator: ", ")))
            select kind, \(changes.map { "sum(\($0.value))" }.joined(separator: ", ")) from \(source) group by kind)
        """
    }

    /// Lets the next of a line step forward, and gives the CTE `stepped (kind, priority, run_at)`.
    ///
    /// The head of an ordered line that ended makes room for the next; of a limited line somebody steps forward while
    /// fewer are at work, or due, than the kind allows. The transaction must stand in the same line already.
    ///
    /// - Parameter source: a CTE with `id`, `kind`, `order_key`, `limit_key` and `held` of jobs that left their
    ///   place; a null `order_key` for one that keeps it.
    static func stepped(from source: String) -> String {
        """
        stepped as (
            update bursar.job n set held = false
            from \(source) e, clock
            where not e.held and n.held and n.id = case
                when e.order_key is not null then (
                    select h.id from bursar.job h where h.order_key = e.order_key and h.held order by h.id limit 1)
                when e.limit_key is not null and (
                    select count(*) from bursar.job w
                    where w.kind = e.kind and w.limit_key = e.limit_key and not w.held and w.id <> e.id
                      and (w.state = 'running' or w.state = 'waiting' and w.run_at <= clock.now))
                    < coalesce((select k.per_key from bursar.kind k where k.name = e.kind), 2147483647) then (
                    select h.id from bursar.job h
                    where h.kind = e.kind and h.limit_key = e.limit_key and h.held order by h.id limit 1) end
            returning n.kind, n.priority, n.run_at)
        """
    }

    /// The CTE `back (id, unique_in)` of the jobs in `source (id)`, which are to wait again. One gives its unique key
    /// up when another has taken it meanwhile, or comes to wait under it in the same statement: both do their work, and
    /// neither is lost.
    static func back(from source: String) -> String {
        """
        back as materialized (
            select j.id,
                   case when j.unique_key is not null and (
                            row_number() over (partition by j.kind, j.unique_key order by j.id) > 1
                            or exists (
                                select from bursar.job o
                                where o.kind = j.kind and o.unique_key = j.unique_key and o.id <> j.id
                                  and \(holdsKey("o"))))
                        then 0 else j.unique_in end as unique_in
            from \(source) s join bursar.job j on j.id = s.id)
        """
    }

    /// The CTE `told`, which the statement must read: all daemons hear of jobs that wait again where they may have
    /// looked already.
    ///
    /// - Parameter source: a query of `kind`, `priority` and `run_at`.
    static func told(of source: String) -> String {
        """
        told as (
            select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", priority: "priority", runAt: "min(run_at)")))
            from (\(source)) t group by kind, priority)
        """
    }

    /// The daemon is known, and its life has not ended: one that was buried is given nothing under its old name. It
    /// depends on no row, so that it costs a statement one look, and asks for the name alone, so that this look goes by
    /// the primary key.
    static func isAlive(_ daemon: String) -> String {
        "(select d.ended_at is null from bursar.daemon d where d.id = \(daemon))"
    }

    /// Whether the unique key of a job is its own now: the predicate of the index `job_unique`, word for word.
    static func holdsKey(_ job: String) -> String {
        "\(job).unique_in & (case \(job).state when 'waiting' then 1 when 'running' then 2 else 4 end) <> 0"
    }

    /// Ends the run that a job began: unless jobs that it started have not ended, then the run waits for them. Gives
    /// the CTEs `closing`, with the columns of the source and `is_over`, `closed (schedule_id, execution_id, outcome,
    /// root_outcome, error)`, and `leaving`: who leaves a place in line. A run that waits keeps it.
    ///
    /// - Parameters:
    ///   - source: a CTE with `id`, `kind`, `order_key`, `limit_key` and `held` of each job.
    ///   - outcome: SQL of the run's outcome, and of its error.
    ///   - set: what else of the run changes, each with a comma behind it.
    static func closed(from source: String, outcome: String, error: String, set: String = "") -> String {
        let outcome =
            "case when r.descendants_failed > 0 and \(outcome) <> 'cancelled' then 'failed' else \(outcome) end"
        return """
            closing as (
                select e.*, r.execution_id as run_id,
                       not exists (select from bursar.job c where c.execution_id = r.execution_id) as is_over
                from \(source) e join bursar.run r on r.job_id = e.id),
            closed as (
                update bursar.run r
                set finished_at = case when e.is_over then clock.now end,
                    outcome = case when e.is_over then \(outcome) end,
                    root_ended_at = case when not e.is_over then clock.now end,
                    root_outcome = case when not e.is_over then \(outcome) end,
                    kept_order_key = case when not e.is_over and not e.held
                                     then coalesce(e.order_key, r.kept_order_key) end, \(set)
                    error = case when r.descendants_failed > 0 then r.error else \(error) end
                from closing e, clock where r.execution_id = e.run_id
                returning r.schedule_id, r.execution_id, r.outcome, r.root_outcome, r.error),
            leaving as (
                select e.id, e.kind, e.limit_key, e.held,
                       case when not exists (select from closing c where c.id = e.id and not c.is_over)
                            then e.order_key end as order_key
                from \(source) e)
            """
    }

    /// The CTE `paused (name, execution_id)`: the schedules that the failed runs in `closed` hold until a person
    /// resumes them, whether their own job failed or one that it had started.
    static let paused = """
        paused as (
            update bursar.schedule s
            set paused_at = clock.now, paused_by = 'bursard',
                paused_reason = format(
                    'run %s failed: %s', closed.execution_id, coalesce(closed.error, 'no reason given'))
            from closed, clock
            where s.id = closed.schedule_id and closed.outcome = 'failed' and s.pause_on_failure and s.paused_at is null
            returning s.name, closed.execution_id)
        """

    /// A job that a run started and that failed: the run ends so, when it ends. From the CTE `ended`.
    static let blame = """
        blamed as (
            update bursar.run r
            set descendants_failed = r.descendants_failed + 1,
                error = coalesce(r.error, format('job %s failed: %s', e.id, e.error))
            from ended e where r.execution_id = e.execution_id and e.state = 'failed')
        """
}
