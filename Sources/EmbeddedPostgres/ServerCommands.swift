import Subprocess
import SystemPackage

/// Runs programs as the server's account, in a session of their own so that Ctrl-C at a terminal is not theirs.
struct ServerCommands: Sendable {
    let directory: ClusterDirectory
    let account: ServerAccount
    /// Whether the starter is root and becomes the account for each program.
    let isDropped: Bool

    /// What a program said. A status of nil: a signal ended it.
    struct Outcome: Sendable {
        let status: Int32?
        let output: String
        let complaint: String

        var isSuccess: Bool { status == 0 }
        /// Its last words, for an error.
        var excerpt: String {
            let words = complaint.isEmpty ? output : complaint
            return ServerLog.excerpt(words)
        }
    }

    private static let outputMax = 1_048_576
    /// How long a cancelled program may tidy up.
    private static let teardown = TeardownStep.gracefulShutDown(allowedDurationToNextStep: .seconds(5))

    func run(_ program: String, _ arguments: [String]) async throws(EmbeddedClusterError) -> Outcome {
        let words = command(program, arguments)
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [Self.teardown]
        do {
            let result = try await Subprocess.run(
                .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())), environment: environment,
                workingDirectory: "/", platformOptions: options,
                output: .string(limit: Self.outputMax), error: .string(limit: Self.outputMax))
            if Task.isCancelled { throw CancellationError() }
            let status: Int32? = if case .exited(let code) = result.terminationStatus { code } else { nil }
            return Outcome(status: status, output: result.standardOutput, complaint: result.standardError)
        } catch is CancellationError {
            throw .cancelled(directory)
        } catch {
            throw EmbeddedClusterError(
                .commandFailed, "it could not be run as \(account.name): \(error)", at: program,
                hint: "check that \(program) is there and that \(account.name) may run it")
        }
    }

    /// Runs a POSIX shell script that stops at its first failure. Arguments arrive as `$1`, `$2` and so on.
    func shell(_ script: String, _ arguments: [String]) async throws(EmbeddedClusterError) -> Outcome {
        try await run("/bin/sh", ["-euc", "umask 077\n" + script, "sh"] + arguments)
    }

    /// The command line that becomes the account first.
    ///
    /// By a program, not by the options of Subprocess: those change the account between clone and exec with functions
    /// of glibc that can wait for other threads of this process, which the child does not have: it hangs for good.
    private func command(_ program: String, _ arguments: [String]) -> [String] {
        guard isDropped else { return [program] + arguments }
        let identity = ["--reuid=\(account.userID)", "--regid=\(account.groupID)", "--clear-groups", "--inh-caps=-all"]
        return ["/usr/bin/setpriv"] + identity + ["--", program] + arguments
    }

    private var environment: Environment {
        .custom([
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "PGCONNECT_TIMEOUT": "5",
            "PGOPTIONS": "-c statement_timeout=60s",
        ])
    }
}

extension EmbeddedClusterError {
    static func cancelled(_ directory: ClusterDirectory) -> EmbeddedClusterError {
        EmbeddedClusterError(
            .cancelled, "starting the embedded database was cancelled", at: directory.path,
            hint: "start again: what was begun is found and finished")
    }
}
