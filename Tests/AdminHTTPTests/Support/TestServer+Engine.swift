import Cron
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport

extension TestServer {
    /// Puts schedules there, as the file would.
    func apply(_ schedules: Schedule...) async throws {
        try await ScheduleRegistry(pool: pool, time: time).apply(schedules)
    }

    static func schedule(
        _ name: String, _ expression: String = "0 9-20 * * *", zone: String = "America/Argentina/Buenos_Aires",
        payload: String = "{}", enabled: Bool = true
    ) throws -> Schedule {
        Schedule(
            name: name, kind: "test.work", payload: payload, expression: try CronExpression(expression),
            zone: try Zone(zone), enabled: enabled)
    }

    func pause(_ schedule: String) async throws {
        try await pool.execute(
            """
            update bursar.schedule set paused_at = now(), paused_by = 'ana', paused_reason = 'audit'
            where name = \(schedule)
            """)
    }

    /// A run that was started by hand and has not been claimed.
    @discardableResult
    func startRun(kind: JobKind = "test.work", orderKey: String? = nil) async throws -> ExecutionID {
        let execution = ExecutionID.make(at: time.now())
        _ = try await pool.enqueue(
            NewJob(
                kind: kind, orderKey: orderKey, run: NewRun(execution: execution, trigger: .manual, source: "a test")))
        return execution
    }

    func job(of execution: ExecutionID) async throws -> Int64 {
        try await pool.value("select job_id from bursar.run where execution_id = \(execution)")
    }

    /// Ends a run as its job would.
    func end(
        _ execution: ExecutionID, _ outcome: String, totals: String? = nil, error: String? = nil
    ) async throws {
        try await pool.execute(
            """
            with ended as (
                delete from bursar.job where id = (select job_id from bursar.run where execution_id = \(execution))
                returning id, kind, state, payload, attempt, failures, created_at),
            counted as (
                insert into bursar.tally_change (kind, waiting, running)
                select kind, -(state = 'waiting')::integer, -(state = 'running')::integer from ended),
            kept as (
                insert into bursar.finished_job
                    (id, kind, payload, state, attempt, failures, error, created_at, finished_at)
                select id, kind, payload, case when \(outcome) = 'failed' then 'failed' else 'done' end, 1, failures,
                       nullif(\(error ?? ""), ''), created_at, clock_timestamp() from ended)
            update bursar.run
            set started_at = created_at + interval '1 second', finished_at = created_at + interval '3 seconds',
                outcome = \(outcome), totals = nullif(\(totals ?? ""), '')::jsonb,
                error = nullif(\(error ?? ""), '')
            where execution_id = \(execution)
            """)
    }

    /// Lets a daemon that lives claim a waiting job.
    func claim(_ job: Int64, kinds: [String] = ["test.work"]) async throws {
        try await live(kinds: kinds)
        try await pool.execute(
            """
            with taken as (
                update bursar.job set state = 'running', lease = nextval('bursar.lease_number'), attempt = attempt + 1,
                    daemon_id = (select id from bursar.daemon limit 1), claimed_at = clock_timestamp(),
                    deadline = clock_timestamp() + interval '1 hour'
                where id = \(job) returning id, kind),
            counted as (
                insert into bursar.tally_change (kind, waiting, running) select kind, -1, 1 from taken)
            update bursar.run set started_at = clock_timestamp() from taken where job_id = taken.id
            """)
    }

    /// A daemon's row, as if one lived.
    func live(kinds: [String]) async throws {
        try await pool.execute(
            """
            insert into bursar.daemon (id, host, pid, build, lock_key, kinds, started_at, beat_at)
            values (gen_random_uuid(), 'here', 42, 'bursar test', nextval('bursar.lease_number'), \(kinds),
                    clock_timestamp(), clock_timestamp())
            """)
    }

    func addFinding(_ execution: ExecutionID, _ severity: String, subject: Int64) async throws {
        try await pool.execute(
            """
            insert into bursar.finding
                (execution_id, code, severity, subject, subject_id, message, hint, found_at)
            values (\(execution), 'TEST', \(severity), 'student', \(subject), 'found', 'mend it', clock_timestamp())
            """)
    }
}
