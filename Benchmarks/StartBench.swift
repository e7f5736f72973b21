import FoundationEssentials
import Glibc
import Postgres
import Subprocess
import SystemPackage

/// `start`: from exec to READY on a database whose schema is current.
enum StartBench {
    private static let rounds = 15

    static func run() async throws -> [BenchResult] {
        let daemon = FilePath(CommandLine.arguments[0]).removingLastComponent().appending("bursard")
        return try await BenchCluster.with { _, uri in
            var times: [Double] = []
            for round in 0..<rounds {
                times.append(try await start(daemon, uri: uri, state: "/tmp/bursar-bench-start-\(getpid())-\(round)"))
            }
            let median = times.sorted()[times.count / 2] * 1_000
            return [
                BenchResult(
                    bench: "start", value: median, unit: "ms", limit: nil, ratio: nil, goal: "<= 150 ms",
                    met: median <= 150, peers: [:])
            ]
        }
    }

    private static func start(_ daemon: FilePath, uri: String, state: String) async throws -> Double {
        let clock = ContinuousClock()
        let begun = clock.now
        let result = try await Subprocess.run(
            .path(daemon), arguments: ["--state-directory", state], environment: .custom(["BURSAR_DATABASE_URL": uri]),
            input: .none, output: .discarded, error: .sequence
        ) { execution in
            var elapsed: Double?
            for try await line in execution.standardError.strings() where line.contains("event=BRS-1001") {
                let duration = (clock.now - begun).components
                elapsed = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
                _ = kill(execution.processIdentifier.value, SIGTERM)
            }
            return elapsed
        }
        try? FileManager.default.removeItem(atPath: state)
        guard let elapsed = result.closureResult else { throw BenchFailure("the daemon did not become ready") }
        return elapsed
    }
}
