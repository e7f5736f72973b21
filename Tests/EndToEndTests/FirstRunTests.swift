import DaemonTestSupport
import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import Testing

/// What a newcomer meets: a demo school on an embedded database, and the tool.
@Suite struct FirstRunTests {
    @Test func `a first run values its school, answers, stops in order, and keeps its data`() async throws {
        try await withDirectory { directory in
            let state = directory.appending("state").string
            let socket = state + "/bursar.sock"
            var kept = ""
            let first = try await DaemonProcess.run(["--demo", "--state-directory", state]) { daemon in
                try await untilValued(socket)
                try await answers(socket)
                kept = try await valuesAt(socket, "2026-10-15T12:34:56Z")
                #expect(try await valuesAt(socket, "2026-10-15T12:34:56Z") == kept, "the same question, another answer")
                daemon.interrupt()
            }
            #expect(first.status == .exited(0), "\(first.log)")
            #expect(!isServed(state), "a postgres was left behind")

            let second = try await DaemonProcess.run(["--demo", "--state-directory", state]) { daemon in
                try await until("the daemon answers") { try await Tool.run(["--socket", socket, "status"]).exit == 0 }
                let runs = try await Tool.run(["--socket", socket, "runs", "list", "--json"])
                #expect(runs.output.contains("\"demo\""), "the data is gone")
                #expect(try await valuesAt(socket, "2026-10-15T12:34:56Z") == kept)
                daemon.stop()
            }
            #expect(second.status == .exited(0), "\(second.log)")
            #expect(!second.log.contains("loaded the demo school"))
            #expect(!isServed(state))
        }
    }

    @Test func `a daemon that is killed leaves a database that the next one takes over`() async throws {
        try await withDirectory { directory in
            let state = directory.appending("state").string
            let socket = state + "/bursar.sock"
            let killed = try await DaemonProcess.run(["--demo", "--state-directory", state]) { daemon in
                try await untilValued(socket)
                daemon.kill()
            }
            #expect(killed.status == .signaled(9))
            #expect(isServed(state), "the database must survive the daemon")
            let next = try await DaemonProcess.run(["--demo", "--state-directory", state]) { daemon in
                try await until("the daemon answers") { try await Tool.run(["--socket", socket, "status"]).exit == 0 }
                daemon.stop()
            }
            #expect(next.status == .exited(0), "\(next.log)")
            #expect(!isServed(state))
        }
    }

    private func untilValued(_ socket: String) async throws {
        try await until("the demo school is valued") {
            let runs = try await Tool.run(["--socket", socket, "runs", "list", "--json"])
            return runs.exit == 0 && runs.output.contains("\"warning\"")
        }
    }

    private func answers(_ socket: String) async throws {
        let calls = [
            ["status"], ["schedules", "list"], ["schedules", "next"], ["jobs", "list"], ["runs", "list"],
            ["investments", "explain", "1"],
        ]
        for call in calls {
            for arguments in [["--socket", socket] + call, ["--socket", socket] + call + ["--json"]] {
                let answer = try await Tool.run(arguments)
                #expect(answer.exit == 0, "\(call): \(answer.complaint)")
                #expect(!answer.output.isEmpty, "\(call) says nothing")
            }
        }
    }

    /// Values the school as of an instant of the past, and returns each student's amount.
    private func valuesAt(_ socket: String, _ asOf: String) async throws -> String {
        let run = try await Tool.run(
            ["--socket", socket, "schedules", "run", "investments.daily", "--as-of", asOf, "--wait", "--json"])
        #expect(run.exit == 0, "\(run.complaint)")
        let found = run.output.firstMatch(of: #/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/#)
        let execution = String(try #require(found, "no execution id in \(run.output)").output)
        let results = try await Tool.run(["--socket", socket, "investments", "results", execution, "--csv"])
        #expect(results.exit == 0, "\(results.complaint)")
        #expect(results.output.hasPrefix("student_id,amount\n"))
        #expect(results.output.split(separator: "\n").count > 400)
        return results.output
    }

    /// Is there a process whose command line names the directory's cluster?
    private func isServed(_ state: String) -> Bool {
        access(state + "/postgres/data/postmaster.pid", F_OK) == 0
    }
}
