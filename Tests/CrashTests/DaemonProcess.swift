import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import Testing

/// The built daemon as a process of its own, on a test's database.
struct DaemonProcess: Sendable {
    let pid: pid_t

    /// The executables are built beside the tests.
    static var builtProducts: FilePath {
        get throws {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink("/proc/self/exe", &buffer, buffer.count)
            try #require(length > 0, "this process has no executable")
            let path = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return FilePath(path).removingLastComponent()
        }
    }

    /// Starts `bursard`, runs `body` beside it, and returns how the daemon ended. `body` must end it.
    ///
    /// - Parameter settings: lines of YAML beside the database's address, which is a variable.
    static func run(
        on database: TestDatabase, in directory: FilePath, settings: String,
        _ body: (DaemonProcess) async throws -> Void
    ) async throws -> TerminationStatus {
        let config = directory.appending("bursar.yaml")
        try Data(settings.utf8).write(to: URL(filePath: config.string))
        let executable = try builtProducts.appending("bursard")
        try #require(access(executable.string, X_OK) == 0, "\(executable) is not built; run `swift build` first")
        var environment = ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("PATH") || $0.key == "HOME" }
        environment["BURSAR_DATABASE_URL"] = database.uri
        environment["BURSAR_STATE_DIRECTORY"] = directory.string
        let result = try await Subprocess.run(
            .path(executable),
            arguments: [
                "--config", config.string, "--socket", directory.appending("\(UInt32.random(in: 0...9_999)).sock").string,
            ],
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            try await body(DaemonProcess(pid: execution.processIdentifier.value))
        }
        return result.terminationStatus
    }

    /// SIGKILL: no chance to tidy up.
    func kill() {
        _ = Glibc.kill(pid, SIGKILL)
    }

    /// SIGTERM: stop in order.
    func stop() {
        _ = Glibc.kill(pid, SIGTERM)
    }
}

/// Runs `body` with a directory of its own, removed afterwards.
func withDirectory<T>(_ body: (FilePath) async throws -> T) async throws -> T {
    let path = "/tmp/bursar-crash-\(UInt64.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(FilePath(path))
}
