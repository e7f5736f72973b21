import FoundationEssentials
import Glibc
import Investments
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Subprocess
import SystemPackage

/// `size.run`: by how much the daemon's memory grows in a run over a million students.
enum RunSizeBench {
    private static let school = BenchSchool(
        students: BenchScale.of(1_000_000), investmentsEach: 10, classes: BenchScale.of(20_000), ratesEach: 6)
    private static let goal = 64.0
    private static let settling = Duration.seconds(20)
    private static let pause = Duration.milliseconds(250)

    static func run() async throws -> [BenchResult] {
        let daemon = FilePath(CommandLine.arguments[0]).removingLastComponent().appending("bursard")
        return try await BenchCluster.database { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { try await school.load(into: $0) }
            let state = "/tmp/bursar-bench-run-\(getpid())"
            defer { try? FileManager.default.removeItem(atPath: state) }
            let growth = try await growth(of: daemon, database, state: state) / 1_048_576
            return [
                BenchResult(
                    bench: "size.run", value: growth, unit: "MB", limit: nil, ratio: nil,
                    goal: "<= \(Int(goal)) MB above idle", met: growth <= goal, peers: [:],
                    note: "\(school.students) students, \(school.investmentsEach) investments each")
            ]
        }
    }

    private static func growth(of daemon: FilePath, _ database: BenchDatabase, state: String) async throws -> Double {
        let result = try await Subprocess.run(
            .path(daemon), arguments: ["--state-directory", state],
            environment: .custom(["BURSAR_DATABASE_URL": database.uri]), input: .none, output: .discarded,
            error: .discarded
        ) { execution -> Double in
            let pid = execution.processIdentifier.value
            defer { kill(pid, SIGTERM) }
            try await ContinuousClock().sleep(for: settling)
            let idle = try memory("VmRSS:", of: pid)
            // The high-water mark begins anew.
            try "5".write(toFile: "/proc/\(pid)/clear_refs", atomically: false, encoding: .utf8)
            try await value(database)
            return try memory("VmHWM:", of: pid) - idle
        }
        return result.closureResult
    }

    /// Has the daemon value all students, and waits for the end of the run.
    private static func value(_ database: BenchDatabase) async throws {
        let execution = ExecutionID.make(at: SystemTime().now())
        _ = try await database.control.enqueue(
            NewJob(
                kind: ValueInvestments.kind, payload: #"{"mode":"full"}"#,
                run: NewRun(execution: execution, trigger: .manual, source: "bench")))
        while true {  // Ends: with the run, or the time of the bench.
            try await ContinuousClock().sleep(for: pause)
            let rows = try await database.control.query(
                "select outcome from bursar.run where execution_id = \(execution.uuid) and outcome is not null")
            guard var row = rows.first else { continue }
            let outcome = try row.next(String.self)
            guard outcome == "success" else { throw BenchFailure("the run ended in \(outcome)") }
            return
        }
    }

    /// Bytes.
    private static func memory(_ name: String, of pid: pid_t) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
            let kilobytes = Double(line.split(separator: " ").dropLast().last ?? "")
        else { throw BenchFailure("its memory cannot be read") }
        return kilobytes * 1_024
    }
}
