import DaemonTestSupport
import Dispatch
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

/// A daemon that is given a listening socket, the way a service manager does it: as descriptor 3, with the variables
/// that say so.
struct HandedOverDaemon: Sendable {
    let pid: pid_t

    /// The process number is known only after the start, so a shell says it and becomes the daemon.
    private static let script = "export LISTEN_PID=$$; exec \"$0\" \"$@\""
    private static let first: Int32 = 3

    /// - Parameter log: the file that its standard error is appended to.
    init(
        _ arguments: [String], listening socket: ListeningSocket, environment more: [String: String], log: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, socket.descriptor, Self.first)
        let inherited = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in inherited.compactMap(Int32.init) where descriptor > Self.first {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let said = ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "admin", "PATH": "/usr/local/bin:/usr/bin:/bin"]
        let environment = Self.strings(said.merging(more) { $1 }.map { "\($0.key)=\($0.value)" })
        let words = Self.strings(["/bin/sh", "-c", Self.script, try Built.executable("bursard").string] + arguments)
        defer { for text in words + environment { free(text) } }
        var child = pid_t()
        let failure = posix_spawn(&child, "/bin/sh", &actions, nil, words, environment)
        try #require(failure == 0, "no shell: \(String(cString: strerror(failure)))")
        pid = child
    }

    func stop() {
        _ = kill(pid, SIGTERM)
    }

    /// Waits for its end. The status is that of `waitpid`: 0 for an exit with 0.
    func end() async -> Int32 {
        let pid = pid
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var status: Int32 = 0
                // Ends: the process does.
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status)
            }
        }
    }

    /// As `execve` takes them; the caller frees them.
    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }
}
