import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Postgres
import Subprocess
import SystemPackage
import Testing

/// A daemon that is told to stop while a job runs.
@Suite struct DrainTests {
    private static let students = 4_000

    @Test(arguments: ["60s", "0s"])
    func `what runs is let finish, or goes on after the next start from where it was`(drain: String) async throws {
        try await withDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                try await School(students: Self.students).load(into: pool)
                try await withDirectory { directory in
                    let settings = """
                        engine: {workers: 2, lease: 4s, beat: 200ms, poll: 500ms, drain: \(drain)}
                        investments: {batch_size: 100}
                        schedules:
                          investments.hourly: {enabled: false}
                          investments.daily: {enabled: false}
                        """
                    let first = try await WatchedDaemon.run(settings, database: database.uri, in: directory) { daemon in
                        try await daemon.ready()
                        let started = try await daemon.tool("schedules", "run", "investments.daily", "--json")
                        #expect(started.exit == 0, "\(started.complaint)")
                        try await until("some of it is written") {
                            try await pool.value("select exists (select from investments.result)", as: Bool.self)
                        }
                        daemon.process.stop()
                        try await daemon.notify.first("STOPPING=1") { $0.says("STOPPING=1") }
                        if drain != "0s" { try await daemon.notify.status(with: "stopping: 1 job still runs") }
                    }
                    #expect(first.status == .exited(0), "\(first.log)")
                    if drain == "0s" {
                        try await expectReleased(pool)
                        try await goOn(settings, database, directory, pool)
                    }
                    try await expectValues(pool)
                }
            }
        }
    }

    /// Its end was written down before the daemon's: nobody needs to find it dead first.
    private func expectReleased(_ pool: PostgresPool) async throws {
        #expect(try await pool.value("select count(*) from bursar.job where state = 'running'", as: Int64.self) == 0)
        #expect(try await pool.value("select count(*) from bursar.run where outcome is null", as: Int64.self) == 1)
    }

    private func goOn(
        _ settings: String, _ database: TestDatabase, _ directory: FilePath, _ pool: PostgresPool
    ) async throws {
        let before = try await pool.value("select count(*) from investments.result", as: Int64.self)
        #expect(before < Int64(Self.students))
        let second = try await WatchedDaemon.run(settings, database: database.uri, in: directory) { daemon in
            try await until("the run has ended") {
                try await pool.value("select not exists (select from bursar.run where outcome is null)", as: Bool.self)
            }
            daemon.process.stop()
        }
        #expect(second.status == .exited(0), "\(second.log)")
        #expect(try await pool.value("select max(attempt) from bursar.finished_job", as: Int32.self) == 2)
    }

    private func expectValues(_ pool: PostgresPool) async throws {
        #expect(try await pool.value("select count(*) from bursar.run where outcome = 'success'", as: Int64.self) == 1)
        #expect(
            try await pool.value("select count(distinct student_id) from investments.result", as: Int64.self)
                == Int64(Self.students))
        #expect(
            try await pool.value("select count(*) from investments.result", as: Int64.self) == Int64(Self.students))
    }
}
