import Cron
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport

extension Daemon {
    /// Puts schedules there, as the file would.
    func apply(_ names: String..., expression: String = "0 9-20 * * *") async throws {
        let schedules = try names.map {
            Schedule(
                name: $0, kind: "test.work", expression: try CronExpression(expression),
                zone: try Zone("America/Argentina/Buenos_Aires"))
        }
        try await ScheduleRegistry(pool: pool, time: time).apply(schedules)
    }

    func startRun() async throws -> ExecutionID {
        let execution = ExecutionID.make(at: time.now())
        _ = try await pool.enqueue(
            NewJob(kind: "test.work", run: NewRun(execution: execution, trigger: .manual, source: "a test")))
        return execution
    }

    /// Ends every run that is open, as its job would, once one is there.
    func endOpenRun(_ outcome: String, totals: String = "{}", error: String = "") async throws {
        let connection = try await PostgresConnection.connect(to: address)
        try await connection.listen(Channel.job.rawValue)
        if try await pool.value("select count(*) from bursar.run where outcome is null", as: Int.self) == 0 {
            for await _ in connection.notifications { break }
        }
        await connection.close()
        try await pool.execute(
            """
            with ended as (
                delete from bursar.job returning id, kind, payload, attempt, failures, created_at),
            kept as (
                insert into bursar.finished_job
                    (id, kind, payload, state, attempt, failures, error, created_at, finished_at)
                select id, kind, payload, case when \(outcome) = 'failed' then 'failed' else 'done' end, 1, failures,
                       nullif(\(error), ''), created_at, clock_timestamp() from ended)
            update bursar.run
            set started_at = '2026-10-15T12:00:00Z', finished_at = '2026-10-15T12:00:02Z', outcome = \(outcome),
                totals = \(totals)::text::jsonb, error = nullif(\(error), '')
            where outcome is null
            """)
    }

    func addFindings(_ count: Int, to execution: ExecutionID) async throws {
        try await pool.execute(
            """
            insert into bursar.finding (execution_id, code, severity, subject, subject_id, message, hint, found_at)
            select \(execution), 'TEST', 'warning', 'student', n, 'found', 'mend it', clock_timestamp()
            from generate_series(1, \(count)) n
            """)
    }
}
