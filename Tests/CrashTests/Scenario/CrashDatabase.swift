import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling

/// A test's database with the accounts that its jobs move money between.
struct CrashDatabase: Sendable {
    let database: TestDatabase
    let connection: PostgresConnection

    static let accounts = 45

    /// Gives `body` a database that holds the jobs of `scenario`, due now.
    static func with<T>(_ scenario: Scenario, _ body: (CrashDatabase) async throws -> T) async throws -> T {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(
                to: database.address, options: ConnectionOptions(applicationName: "crash test"))
            let crash = CrashDatabase(database: database, connection: connection)
            try await crash.fill(scenario)
            let value = try await body(crash)
            await connection.close()
            return value
        }
    }

    /// Nothing in it keeps a transfer from being posted twice.
    private static let schema = """
        create schema crash;
        create table crash.account (id bigint primary key, balance bigint not null default 0) with (fillfactor = 50);
        insert into crash.account (id) select n from generate_series(1, \(accounts)) as n;
        create table crash.transfer (
            id bigint generated always as identity, business_key text not null, debit bigint not null,
            credit bigint not null, amount bigint not null, job bigint not null, lease bigint not null);
        create table crash.trail (id bigint generated always as identity, key text not null, job bigint not null);
        create table crash.mark (key text primary key, times bigint not null);
        -- More at once than a gate lets through.
        create table crash.breach (what text not null);
        create function crash.watch_gates() returns trigger language plpgsql as $$
        begin
            if (select count(*) from bursar.job where kind = new.kind and state = 'running') > 2
            then insert into crash.breach values ('kind'); end if;
            if (select count(*) from bursar.job
                where kind = new.kind and limit_key = new.limit_key and state = 'running') > 1
            then insert into crash.breach values (new.limit_key); end if;
            return null;
        end $$;
        create trigger watch_gates after update on bursar.job for each row
            when (new.kind = 'crash.gated' and new.state = 'running' and old.state = 'waiting')
            execute function crash.watch_gates();
        """

    private func fill(_ scenario: Scenario) async throws {
        try await connection.script(Self.schema)
        try await connection.enqueue(contentsOf: scenario.jobs.filter { $0.place == nil })
        try await connection.transaction { transaction in
            for job in scenario.jobs where job.place != nil { _ = try await transaction.enqueue(job) }
        }
        guard let schedule = scenario.schedule else { return }
        try await PostgresPool.withPool(address: database.address, size: 1) { pool in
            _ = try await ScheduleRegistry(pool: pool).apply([schedule])
        }
        try await connection.execute(
            """
            update bursar.schedule
            set cursor = '2023-12-31 12:00Z', wall = null, next_due = '2024-01-01 00:00Z'
            where name = \(schedule.name)
            """)
    }

    /// Whether every job and every due tick has ended as it should.
    func isOver(_ scenario: Scenario) async throws -> Bool {
        let ends = scenario.expected
        return try await connection.value(
            """
            select (select count(*) from bursar.finished_job) >= \(Int64(ends.done + ends.failed))
               and (select count(*) from bursar.job where state = 'parked') >= \(Int64(ends.parked))
               and not exists (select from bursar.job where state <> 'parked')
               and (select count(*) from bursar.tick) >= \(Int64(scenario.dueTicks))
            """, as: Bool.self)
    }

    /// Waits until everything has ended as it should. False when that takes too long: something is stuck.
    func untilOver(
        _ scenario: Scenario, within limit: Duration = .seconds(15), lookingEvery pause: Duration = .milliseconds(15)
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if try await isOver(scenario) { return true }
            try await ContinuousClock().sleep(for: pause)
        }
        return false
    }

    /// Waits until the answer is yes.
    func until(_ question: SQL) async throws {
        for _ in 0..<5_000 {
            if try await connection.value(question, as: Bool.self) { return }
            try await ContinuousClock().sleep(for: .milliseconds(2))
        }
        throw NeverCame()
    }

    /// Ends a session of the server, and waits until it is gone.
    func terminate(_ pid: Int32) async throws {
        try await connection.execute("select pg_terminate_backend(\(pid))::text")
        for _ in 0..<1_000 {
            let isThere = try await connection.value(
                "select exists (select from pg_stat_activity where pid = \(pid))", as: Bool.self)
            if !isThere { return }
            try await ContinuousClock().sleep(for: .milliseconds(2))
        }
    }
}

/// What was waited for did not come about.
struct NeverCame: Error {}
