import DatabaseTestSupport
import Postgres
import Primitives
import TestSupport
import Testing

@testable import OperatorCommands

@Suite struct DoctorDaemonTests {
    /// What each check finds, by name; a busy machine gets time.
    private func findings(_ environment: [String: String], _ time: ManualTime) async throws -> [String: Verdict] {
        let stream = Recorder().stream()
        let session = Session(
            terminal: Terminal(output: stream, error: stream, input: InputStream(descriptor: 0)),
            environment: environment, time: time)
        let survey = DoctorSurvey(session, socket: nil, configurationPath: nil, limit: .seconds(120))
        let facts = await survey.facts(upTo: .work)
        let checks = DoctorStage.allCases.flatMap(\.checks)
        return Dictionary(uniqueKeysWithValues: checks.map { ($0.name, $0.judge(facts)) })
    }

    private func findings(of daemon: Daemon) async throws -> [String: Verdict] {
        try await findings(
            ["BURSAR_SOCKET": daemon.socket, "BURSAR_DATABASE_URL": "\(daemon.address)"], daemon.time)
    }

    @Test func `it sees the daemon and the database that there are`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            let findings = try await findings(of: daemon)
            for check in [
                "config-valid", "socket-file", "socket-access", "socket-listens", "daemon-beats",
                "database-named", "database-reached", "database-version", "database-writes", "database-schema",
                "database-sessions", "database-notifications", "schedules-fire", "schedules-paused",
                "files-agree", "jobs-parked", "jobs-lost", "kinds-served",
            ] {
                #expect(findings[check]?.word == "passed", "\(check): \(String(describing: findings[check]))")
            }
            #expect(findings["daemon-answers"]?.word != "failed" && findings["database-vacuum"]?.word == "failed")
        }
    }

    @Test func `it finds a schedule that nobody fires and a kind that nobody runs`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            _ = try await daemon.startRun()
            try await daemon.pool.execute(
                "update bursar.schedule set cursor = '2020-01-01T00:00:00Z', next_due = '2020-01-01T01:00:00Z'")
            try await daemon.pool.execute("update bursar.job set run_at = '2020-01-01T00:00:00Z'")
            let findings = try await findings(of: daemon)
            #expect(findings["schedules-late"]?.word == "failed" && findings["kinds-served"]?.word == "failed")
            #expect(findings["schedules-late"]?.detail == "nightly, since 2020-01-01 01:00:00Z")
            #expect(findings["kinds-served"]?.detail == "test.work")
        }
    }

    @Test func `a schema of another build hides the work and is told`() async throws {
        try await withEmptyDatabase { database in
            let environment = ["BURSAR_DATABASE_URL": database.uri, "BURSAR_SOCKET": "/nowhere/x.sock"]
            let findings = try await findings(environment, ManualTime(Instant(seconds: 1_800_000_000)))
            #expect(findings["database-schema"]?.word == "failed" && findings["schedules-late"]?.word == "unseen")
        }
    }

    @Test func `names are completed by the daemon`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly", "hourly")
            #expect(await daemon.tool.run("complete", "schedules").output == "hourly\nnightly\n")
        }
    }
}
