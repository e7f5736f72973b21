import DaemonTestSupport
import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage

/// PostgreSQL's own programs, run as an account that its server accepts.
enum Programs {
    /// What a program said and how it ended.
    struct Outcome: Sendable {
        let isSuccess: Bool
        let words: String
    }

    private static let account = "postgres"
    private static let wordsMax = 1 << 20

    /// The newest installed version's.
    static func path(_ program: String) throws -> String {
        let root = "/usr/lib/postgresql"
        let majors = try FileManager.default.contentsOfDirectory(atPath: root).compactMap { Int($0) }.sorted()
        guard let newest = majors.last else {
            throw TestFailure("no PostgreSQL server in \(root); install the package postgresql")
        }
        return "\(root)/\(newest)/bin/\(program)"
    }

    /// Runs a program as the server's account, and throws with its words when it fails.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let outcome = try await attempt([try path(program)] + arguments)
        guard outcome.isSuccess else { throw TestFailure("\(program) \(arguments): \(outcome.words)") }
        return outcome.words
    }

    /// Runs a command as the server's account.
    static func attempt(_ command: [String]) async throws -> Outcome {
        try await bare((geteuid() == 0 ? dropping : []) + command)
    }

    /// Runs a command as who we are.
    static func bare(_ words: [String]) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(Built.environment(["PGCONNECT_TIMEOUT": "5"])), workingDirectory: "/",
            output: .string(limit: wordsMax), error: .string(limit: wordsMax))
        return Outcome(
            isSuccess: result.terminationStatus.isSuccess, words: result.standardOutput + result.standardError)
    }

    /// Makes a directory that belongs to the server's account.
    static func makeDirectory(_ path: String) throws {
        guard mkdir(path, 0o755) == 0, chmod(path, 0o755) == 0 else {
            throw TestFailure("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        guard geteuid() == 0 else { return }
        guard let entry = getpwnam(account), chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
            throw TestFailure("\(path) cannot be given to \(account); install the package postgresql")
        }
    }

    /// As root: becoming the account by a program of its own.
    static let dropping = [
        "/usr/bin/setpriv", "--reuid=\(account)", "--regid=\(account)", "--clear-groups", "--inh-caps=-all", "--",
    ]
}
