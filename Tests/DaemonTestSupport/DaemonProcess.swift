import FoundationEssentials
import Glibc
package import Subprocess
package import SystemPackage

/// The built daemon as a process of its own.
package struct DaemonProcess: Sendable {
    package let pid: pid_t

    /// How a daemon ended, and what it said on its standard error.
    package struct Ending: Sendable {
        package let status: TerminationStatus
        package let log: String
    }

    private static let logMax = 4 << 20

    /// Starts `bursard`, runs `body` beside it, and returns how the daemon ended. `body` must end it, unless it ends
    /// itself.
    package static func run(
        _ arguments: [String], environment: [String: String] = [:], _ body: (DaemonProcess) async throws -> Void
    ) async throws -> Ending {
        let result = try await Subprocess.run(
            .path(try Built.executable("bursard")), arguments: Arguments(arguments),
            environment: .custom(Built.environment(environment)), input: .none, output: .discarded,
            error: .string(limit: logMax)
        ) { execution in
            try await body(DaemonProcess(pid: execution.processIdentifier.value))
        }
        return Ending(status: result.terminationStatus, log: result.standardError)
    }

    /// SIGKILL: no chance to tidy up.
    package func kill() {
        _ = Glibc.kill(pid, SIGKILL)
    }

    /// SIGTERM: stop in order.
    package func stop() {
        _ = Glibc.kill(pid, SIGTERM)
    }

    /// SIGINT: Ctrl-C.
    package func interrupt() {
        _ = Glibc.kill(pid, SIGINT)
    }
}

/// The built operator's tool.
package enum Tool {
    /// What a call said and how it ended.
    package struct Answer: Sendable {
        package let exit: Int32?
        package let output: String
        package let complaint: String
    }

    private static let outputMax = 16 << 20

    /// Runs it to its end.
    package static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Answer {
        let result = try await Subprocess.run(
            .path(try Built.executable("bursarctl")), arguments: Arguments(arguments),
            environment: .custom(Built.environment(environment)), input: .none, output: .string(limit: outputMax),
            error: .string(limit: outputMax))
        let exit: Int32? = if case .exited(let code) = result.terminationStatus { code } else { nil }
        return Answer(exit: exit, output: result.standardOutput, complaint: result.standardError)
    }
}

/// The executables are built beside the tests.
package enum Built {
    /// The program of that name; throws when it is not there.
    package static func executable(_ name: String) throws -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        guard length > 0 else { throw TestFailure("this process has no executable") }
        let path = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let executable = FilePath(path).removingLastComponent().appending(name)
        guard access(executable.string, X_OK) == 0 else {
            throw TestFailure("\(executable) is not built; run `swift build` first")
        }
        return executable
    }

    /// A bare environment with what the test adds: no variable of the tester's own bends the program.
    package static func environment(_ more: [String: String]) -> [Environment.Key: String] {
        let bare = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"]
        let merged = bare.merging(more) { $1 }
        return Dictionary(uniqueKeysWithValues: merged.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    }
}

/// Runs `body` with a directory of its own that every account may pass, removed afterwards.
package func withDirectory<T>(_ body: (FilePath) async throws -> T) async throws -> T {
    let path = "/tmp/bursar-e2e-\(UInt32.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    chmod(path, 0o755)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(FilePath(path))
}

/// Asks until the answer is yes; throws when it takes all too long.
package func until(
    _ what: @autoclosure () -> String, within patience: Duration = .seconds(600), _ question: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock().now + patience
    while ContinuousClock().now < deadline {
        if try await question() { return }
        try await ContinuousClock().sleep(for: .milliseconds(20))
    }
    throw TestFailure("it did not come true in time: \(what())")
}

/// What a test found wrong outside of its own body.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
