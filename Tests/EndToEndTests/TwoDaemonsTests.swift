import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Postgres
import Subprocess
import SystemPackage
import Testing

@Suite struct TwoDaemonsTests {
    private static let settings = """
        engine: {workers: 2, lease: 4s, beat: 200ms, poll: 500ms, drain: 5s}
        schedules:
          investments.hourly: {enabled: false}
          investments.daily: {enabled: false}
          test.minutely:
            kind: investments.value
            payload: {mode: full}
            cron: "* * * * *"
            zone: UTC
            catch_up: all
            catch_up_limit: 3
        """

    @Test func `two daemons on one database give each tick one run`() async throws {
        try await withDatabase { database in
            let pool = PostgresPool(address: database.address, size: 2)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await pool.run() }
                try await withDirectory { try await share(database, pool, $0) }
                group.cancelAll()
            }
        }
    }

    private func share(_ database: TestDatabase, _ pool: PostgresPool, _ directory: FilePath) async throws {
        let config = directory.appending("bursar.yaml").string
        try Data(Self.settings.utf8).write(to: URL(filePath: config))
        let endings = try await withThrowingTaskGroup(of: DaemonProcess.Ending.self) { group in
            for name in ["one", "two"] {
                group.addTask {
                    try await DaemonProcess.run(
                        ["--config", config, "--socket", directory.appending(name + ".sock").string],
                        environment: ["BURSAR_DATABASE_URL": database.uri, "BURSAR_STATE_DIRECTORY": directory.string]
                    ) { daemon in
                        try await untilCaughtUp(pool)
                        daemon.stop()
                    }
                }
            }
            try await until("both live and the schedule is there") {
                try await pool.value(
                    "select count(*) = 2 and exists (select from bursar.schedule) from bursar.daemon", as: Bool.self)
            }
            // An hour is missed at once: both see the same ticks, a few at a time.
            try await pool.execute(
                """
                update bursar.schedule set revision = revision + 1, cursor = cursor - interval '1 hour',
                       next_due = date_trunc('minute', cursor) - interval '59 minutes'
                where name = 'test.minutely'
                """)
            try await pool.execute("select pg_notify('bursar_schedule', '')::text")
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for ending in endings { #expect(ending.status == .exited(0), "\(ending.log)") }
        let ticks = try await pool.value("select count(*) from bursar.tick", as: Int64.self)
        #expect(ticks >= 59)
        #expect(try await pool.value("select count(distinct instant) from bursar.tick", as: Int64.self) == ticks)
        #expect(try await pool.value("select count(*) from bursar.run", as: Int64.self) == ticks)
        #expect(try await pool.value("select count(distinct tick_instant) from bursar.run", as: Int64.self) == ticks)
    }
}

private func untilCaughtUp(_ pool: PostgresPool) async throws {
    try await until("the hour is caught up") {
        try await pool.value(
            """
            select count(*) >= 59 and count(*) filter (where r.outcome is null) = 0
            from bursar.tick t left join bursar.run r on r.job_id = t.job_id
            """, as: Bool.self)
    }
}
