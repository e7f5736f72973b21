import FoundationEssentials
import Glibc
import Jobs
import Subprocess
import SystemPackage
import Testing

/// The engine as a process of its own.
struct WorkerProcess: Sendable {
    let pid: pid_t

    /// How a worker ended, and what it said.
    struct Ending: Sendable {
        let status: TerminationStatus
        let log: String
    }

    /// How a worker is set up. Short times, so that a run takes a moment; the hard deadline is far unless said so.
    struct Settings: Sendable {
        var slots = 1
        var lease = Duration.milliseconds(800)
        var beat = Duration.milliseconds(150)
        var deadline = Duration.seconds(30)
        var drain = Duration.seconds(5)
        var log = "info"
        /// Where the company listens that is asked to pay.
        var company = "/nonexistent"
        /// Its kinds; empty: all.
        var kinds: Set<JobKind> = []

        func arguments(database: String) -> [String] {
            func milliseconds(_ duration: Duration) -> String { "\(Int(duration / .milliseconds(1)))" }
            let words = [
                "database=\(database)", "slots=\(slots)", "pool=\(max(4, slots))", "lease=\(milliseconds(lease))",
                "beat=\(milliseconds(beat))", "deadline=\(milliseconds(deadline))", "drain=\(milliseconds(drain))",
                "log=\(log)", "company=\(company)",
            ]
            return kinds.isEmpty ? words : words + ["kinds=" + kinds.map(\.name).sorted().joined(separator: ",")]
        }
    }

    private static let logMax = 8 << 20
    /// How long a worker may take to end once it was told to. Longer than its own time to drain.
    private static let patience = Duration.seconds(12)

    /// Starts a worker, runs `body` beside it and returns how it ended. `body` must end it.
    static func run(
        on database: String, _ settings: Settings = Settings(), _ body: (WorkerProcess) async throws -> Void
    ) async throws -> Ending {
        let result = try await Subprocess.run(
            .path(try executable()), arguments: Arguments(settings.arguments(database: database)),
            environment: .custom([:] as [Environment.Key: String]), input: .none, output: .discarded,
            error: .string(limit: logMax)
        ) { execution in
            let worker = WorkerProcess(pid: execution.processIdentifier.value)
            do {
                try await body(worker)
            } catch {
                // A frozen one would not hear anything else.
                worker.send(SIGKILL)
                throw error
            }
            await worker.endWithin(patience)
        }
        return Ending(status: result.terminationStatus, log: result.standardError)
    }

    /// Kills it when it does not end by itself.
    private func endWithin(_ limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            var state = siginfo_t()
            // Left for whoever waits for it; -1: it has been already.
            guard waitid(P_PID, id_t(pid), &state, WEXITED | WNOHANG | WNOWAIT) == 0, state.si_signo == 0 else {
                return
            }
            try? await ContinuousClock().sleep(for: .milliseconds(3))
        }
        send(SIGKILL)
    }

    func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// SIGTERM: drain.
    func stop() {
        send(SIGTERM)
    }

    /// It is built beside the tests.
    private static func executable() throws -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        try #require(length > 0, "this process has no executable")
        let path = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let executable = FilePath(path).removingLastComponent().appending("CrashWorker")
        try #require(access(executable.string, X_OK) == 0, "\(executable) is not built; run `swift build` first")
        return executable
    }
}
