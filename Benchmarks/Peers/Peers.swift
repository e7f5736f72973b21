import FoundationEssentials
import Postgres
import Subprocess
import SystemPackage

/// Other queues on the same cluster in the same run, where the package index gives them; each in a fresh database.
struct Peers: Sendable {
    /// What is measured of them.
    enum Measurement: String {
        case drain, enqueue, latency
    }

    /// As they are in the tables of the research; whatever else they need is theirs to choose.
    private static let packages = [
        "pgqueuer[asyncpg]==1.6.0", "uvloop", "procrastinate==3.10.0", "psycopg[binary,pool]", "awa-pg==0.6.9",
    ]
    private static let names = ["awa", "pgqueuer", "procrastinate"]
    private static let directory = FilePath(".build/bench-peers")
    private static let outputMax = 1_048_576

    /// Nil: they are not to be had.
    private let python: FilePath?
    /// Why there are none.
    let note: String?

    /// Installs them, once for all benches of the checkout.
    static func installed() async -> Peers {
        let python = directory.appending("bin/python")
        do {
            let marker = directory.appending("installed").string
            if !FileManager.default.fileExists(atPath: marker) {
                _ = try await output(of: .name("python3"), ["-m", "venv", directory.string])
                _ = try await output(
                    of: .path(python), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + packages)
                try "".write(toFile: marker, atomically: false, encoding: .utf8)
            }
            let script = directory.appending("peers.py").string
            try String(decoding: PackageResources.peers_py, as: UTF8.self)
                .write(toFile: script, atomically: false, encoding: .utf8)
            return Peers(python: python, note: nil)
        } catch {
            return Peers(python: nil, note: "no peers: their packages could not be installed (\(error))")
        }
    }

    /// What each of them makes of so many jobs, by the names that the measurement gives; without those that fail.
    func measure(
        _ what: Measurement, of counts: [String: Int], _ database: BenchDatabase
    ) async throws -> [String: [String: Double]] {
        guard let python else { return [:] }
        var measured: [String: [String: Double]] = [:]
        for name in Self.names {
            guard let count = counts[name] else { continue }
            try await database.control.execute("drop database if exists bench_peer with (force)")
            try await database.control.execute("create database bench_peer")
            try await database.control.execute("checkpoint")
            let line = try? await Self.output(
                of: .path(python),
                [
                    Self.directory.appending("peers.py").string, name, what.rawValue, database.address["host"] ?? "",
                    database.address["user"] ?? "", "bench_peer", "\(count)",
                ])
            try Task.checkCancellation()
            let figures = line.flatMap { try? JSONDecoder().decode([String: Double].self, from: Data($0.utf8)) }
            if let figures { measured[name] = figures }
        }
        try await database.control.execute("drop database if exists bench_peer with (force)")
        return measured
    }

    private static func output(of program: Executable, _ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            program, arguments: Arguments(arguments), output: .string(limit: outputMax),
            error: .string(limit: outputMax))
        guard result.terminationStatus.isSuccess else {
            throw BenchFailure(result.standardError.split(separator: "\n").last.map(String.init) ?? "it failed")
        }
        return result.standardOutput
    }
}

/// What was measured of others, round by round.
struct PeerFigures {
    private var figures: [String: [Double]] = [:]

    /// Adds one round's, by the name of the figure.
    mutating func add(_ round: [String: [String: Double]], _ name: String) {
        for (peer, values) in round {
            if let value = values[name] { figures[peer, default: []].append(value) }
        }
    }

    var medians: [String: Double] { figures.mapValues(\.median) }
}
