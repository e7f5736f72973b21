import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Postgres
import Subprocess
import SystemPackage
import Testing

/// Two daemons on one database whose files do not say the same.
@Suite struct DisputedFileTests {
    private static func schedule(_ name: String) -> String {
        #"  \#(name): {kind: investments.value, payload: {mode: full}, cron: "0 * * * *", zone: UTC, catch_up: all}"#
    }

    @Test func `the second file fires nothing until someone says that it holds, then the first`() async throws {
        try await withDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                try await withDirectory { one in
                    try await withDirectory { two in
                        let first = try await WatchedDaemon.run(
                            Settings.with(Self.schedule("test.one")), database: database.uri, in: one
                        ) { first in
                            try await first.ready()
                            let second = try await WatchedDaemon.run(
                                Settings.with(Self.schedule("test.two")), database: database.uri,
                                // The audit of one database has one key.
                                environment: ["BURSAR_STATE_DIRECTORY": one.string], in: two
                            ) { try await dispute(first, $0, pool) }
                            #expect(second.status == .exited(0), "\(second.log)")
                            #expect(second.log.contains("BRS-2202"), "\(second.log)")
                            try await afterwards(first, pool)
                        }
                        #expect(first.status == .exited(0), "\(first.log)")
                        #expect(first.log.contains("BRS-2202"), "\(first.log)")
                    }
                }
            }
        }
    }

    private func dispute(_ first: WatchedDaemon, _ second: WatchedDaemon, _ pool: PostgresPool) async throws {
        let ready = try await second.notify.first("READY=1") { $0.isReady }
        #expect(ready.status?.contains("fires no schedule of its file") == true, "\(ready.assignments)")
        #expect(try await schedules(pool) == ["test.one"])
        for _ in 0..<2 {
            let answer = try await reload(second)
            #expect(answer.exit == 1 && answer.outcome == "disputed" && answer.generation == 1)
            #expect(answer.text.contains("process \(first.process.pid)"), "\(answer.text)")
        }
        // The one whose file holds has nothing to settle.
        #expect(try await reload(first).outcome == "unchanged")

        let applied = try await reload(second, "--apply", "--reason", "the new term")
        #expect(applied.exit == 0 && applied.outcome == "applied", "\(applied.text)")
        #expect(try await schedules(pool) == ["test.two"])
        try await second.notify.first("that the dispute is over") {
            $0.status.map { $0.hasPrefix("ready") && !$0.contains("fires no schedule") } == true
        }
        try await first.notify.status(with: "fires no schedule of its file")
        #expect(try await reload(first).exit == 1)

        // A tick that is due is one of the second's.
        try await makeDue("test.two", pool)
        try await until("the tick's run has ended") { try await ended(pool) >= 1 }
        second.process.stop()
    }

    /// The first lives on alone: nobody stands by the other file any more, so a reload settles it.
    private func afterwards(_ first: WatchedDaemon, _ pool: PostgresPool) async throws {
        let before = try await ticks(pool)
        try await makeDue("test.two", pool)
        for _ in 0..<2 { try await first.notify.status(with: "fires no schedule of its file") }
        #expect(try await ticks(pool) == before, "a schedule of a file that this daemon does not have was fired")
        let answer = try await reload(first)
        #expect(answer.exit == 0 && answer.outcome == "applied", "\(answer.text)")
        #expect(try await schedules(pool) == ["test.one"])
        try await makeDue("test.one", pool)
        try await until("its own schedule has fired") { try await ticks(pool) > before }
        first.process.stop()
    }

    private func ticks(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.value("select count(*) from bursar.tick", as: Int64.self)
    }

    private func ended(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.value(
            "select count(*) from bursar.tick t join bursar.run r using (job_id) where r.outcome is not null",
            as: Int64.self)
    }

    /// The tests' own that the database holds.
    private func schedules(_ pool: PostgresPool) async throws -> [String] {
        try await pool.value(
            """
            select coalesce(array_agg(name::text order by name), '{}') from bursar.schedule
            where name like 'test.%' and removed_at is null
            """, as: [String].self)
    }
}
