import DatabaseTestSupport
import OperatorCommands
import Postgres
import Testing

@Suite struct DoctorDaemonTests {
    /// The lines of checks, by name.
    private func lines(_ output: String) -> [String: String] {
        var lines: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
            if words.count > 2, ["ok", "warn", "FAILED", "unseen"].contains(words[0]) { lines[words[1]] = String(line) }
        }
        return lines
    }

    @Test func `it sees the daemon and the database that there are`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            var tool = daemon.tool
            tool.environment["BURSAR_DATABASE_URL"] = "\(daemon.address)"
            let result = await tool.run("doctor")
            let lines = lines(result.output)
            for check in [
                "config-valid", "socket-file", "socket-access", "socket-listens", "daemon-answers", "daemon-beats",
                "database-named", "database-reached", "database-version", "database-writes", "database-schema",
                "database-sessions", "database-notifications", "schedules-fire", "schedules-paused",
                "files-agree", "jobs-parked", "jobs-lost", "kinds-served",
            ] {
                #expect(lines[check]?.contains("ok ") == true, "\(lines[check] ?? check)")
            }
        }
    }

    @Test func `it finds a schedule that nobody fires and a kind that nobody runs`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            _ = try await daemon.startRun()
            try await daemon.pool.execute(
                "update bursar.schedule set cursor = '2020-01-01T00:00:00Z', next_due = '2020-01-01T01:00:00Z'")
            try await daemon.pool.execute("update bursar.job set run_at = '2020-01-01T00:00:00Z'")
            var tool = daemon.tool
            tool.environment["BURSAR_DATABASE_URL"] = "\(daemon.address)"
            let result = await tool.run("doctor")
            let lines = lines(result.output)
            #expect(result.status == .bad)
            #expect(lines["schedules-late"]?.contains("FAILED") == true)
            #expect(lines["kinds-served"]?.contains("FAILED") == true)
            #expect(result.output.contains("nightly, since 2020") && result.output.contains("test.work"))
        }
    }

    @Test func `a schema of another build hides the work and is told`() async throws {
        try await withEmptyDatabase { database in
            let tool = Tool(environment: ["BURSAR_DATABASE_URL": database.uri, "BURSAR_SOCKET": "/nowhere/x.sock"])
            let lines = lines(await tool.run("doctor").output)
            #expect(lines["database-schema"]?.contains("FAILED") == true)
            #expect(lines["schedules-late"]?.contains("unseen") == true)
        }
    }

    @Test func `names are completed by the daemon`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly", "hourly")
            #expect(await daemon.tool.run("complete", "schedules").output == "hourly\nnightly\n")
        }
    }
}
