import FoundationEssentials
import Glibc
import Postgres
import Subprocess
import SystemPackage

/// `size.idle`: what a daemon costs that has nothing to do, on a database that is not its own: memory, processor time,
/// statements.
enum IdleBench {
    /// Connections open, caches fill, idle ones close again: ten minutes, unless BURSAR_BENCH_IDLE_SECONDS says less.
    private static let settling = Double(ProcessInfo.processInfo.environment["BURSAR_BENCH_IDLE_SECONDS"] ?? "") ?? 600
    private static let measured = 60.0

    static func run() async throws -> [BenchResult] {
        let daemon = FilePath(CommandLine.arguments[0]).removingLastComponent().appending("bursard")
        return try await BenchCluster.with(["shared_preload_libraries": "pg_stat_statements"]) { address, uri in
            let connection = try await PostgresConnection.connect(to: address)
            try await connection.script("create extension pg_stat_statements")
            let state = "/tmp/bursar-bench-idle-\(getpid())"
            let sample = try await Self.sample(daemon, uri: uri, state: state, connection)
            await connection.close()
            try? FileManager.default.removeItem(atPath: state)
            return results(sample)
        }
    }

    /// What was seen over the measured time, after the settling.
    private struct Sample {
        var resident: Double
        var processor: Double
        var statements: Double
    }

    private static func results(_ sample: Sample) -> [BenchResult] {
        [
            BenchResult(
                bench: "size.idle memory", value: sample.resident / 1_048_576, unit: "MB", limit: 34,
                ratio: sample.resident / 1_048_576 / 34, goal: "<= 45 MB", met: sample.resident <= 45 * 1_048_576,
                peers: [:]),
            BenchResult(
                bench: "size.idle processor", value: sample.processor * 100, unit: "% of a core", limit: nil,
                ratio: nil, goal: "< 0.2 %", met: sample.processor < 0.002, peers: [:]),
            BenchResult(
                bench: "size.idle statements", value: sample.statements, unit: "1/s", limit: nil, ratio: nil,
                goal: "< 1/s", met: sample.statements < 1, peers: [:]),
        ]
    }

    private static func sample(
        _ daemon: FilePath, uri: String, state: String, _ connection: PostgresConnection
    ) async throws -> Sample {
        let result = try await Subprocess.run(
            .path(daemon), arguments: ["--state-directory", state],
            environment: .custom(["BURSAR_DATABASE_URL": uri]), input: .none, output: .discarded, error: .discarded
        ) { execution -> Sample in
            let pid = execution.processIdentifier.value
            let clock = ContinuousClock()
            try await clock.sleep(for: .seconds(settling))
            let before = try await (ticks(of: pid), statements(connection), clock.now)
            try await clock.sleep(for: .seconds(measured))
            let after = try await (ticks(of: pid), statements(connection), clock.now)
            let resident = try self.resident(of: pid)
            _ = kill(pid, SIGTERM)
            let elapsed = (after.2 - before.2) / .seconds(1)
            return Sample(
                resident: resident, processor: (after.0 - before.0) / elapsed,
                statements: Double(after.1 - before.1) / elapsed)
        }
        return result.closureResult
    }

    /// Statements that all others ran so far.
    private static func statements(_ connection: PostgresConnection) async throws -> Int {
        try await connection.value(
            """
            select coalesce(sum(calls), 0)::bigint from pg_stat_statements where query not like '%pg_stat_statements%'
            """, as: Int.self)
    }

    /// Seconds of processor time that a process has used.
    private static func ticks(of pid: pid_t) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // The second field is the name in parentheses and may hold anything; the times are 11 and 12 after it.
        guard let end = text.lastIndex(of: ")") else { throw BenchFailure("the process is gone") }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw BenchFailure("its times cannot be read")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func resident(of pid: pid_t) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = Double(line.split(separator: " ").dropLast().last ?? "")
        else { throw BenchFailure("its memory cannot be read") }
        return kilobytes * 1_024
    }
}
