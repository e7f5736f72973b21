import FoundationEssentials
import Glibc
import Subprocess

/// A script of PostgreSQL's own load generator, run with prepared statements.
struct Pgbench {
    let script: String
    let clients: Int
    /// Runs of the script by each client.
    let transactions: Int
    /// Given to each client at its start.
    var variables: [String: String] = [:]

    private static let outputMax = 65_536

    /// Runs of the script a second, of all clients together, without the time to connect.
    func rate(_ database: BenchDatabase) async throws -> Double {
        let file = "/tmp/bursar-bench-\(getpid()).pgbench"
        try script.write(toFile: file, atomically: false, encoding: .utf8)
        defer { unlink(file) }
        let settings = variables.sorted { $0.key < $1.key }.flatMap { ["-D", "\($0.key)=\($0.value)"] }
        let result = try await Subprocess.run(
            .name("pgbench"),
            arguments: Arguments(
                ["-n", "-M", "prepared", "-c", "\(clients)", "-j", "\(clients)", "-t", "\(transactions)", "-f", file]
                    + settings + [database.uri]),
            output: .string(limit: Self.outputMax), error: .string(limit: Self.outputMax))
        let output = result.standardOutput
        guard result.terminationStatus.isSuccess, output.contains("number of failed transactions: 0 "),
            let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = Double(line.split(separator: " ")[2])
        else { throw BenchFailure("pgbench: \(output)\(result.standardError)") }
        return rate
    }
}
