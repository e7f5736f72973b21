import FoundationEssentials
import Glibc

/// A shell in a session of its own that waits until this process is gone, and then leaves nothing of a directory:
/// neither the servers that run in it nor its files.
enum Watchdog {
    /// Its standard input is a pipe that nobody writes to; the end of this process ends it.
    private static let script = """
        cat
        round=0
        while [ -e "$SCRATCH" ] && [ $round -lt 100 ]; do
            for file in "$SCRATCH"/*/data/postmaster.pid; do
                pid=$(head -n 1 "$file" 2>/dev/null) || continue
                # Only a server of that very directory: the number may have become another's.
                tr '\\0' '\\n' < "/proc/$pid/cmdline" 2>/dev/null | grep -qxF "${file%/postmaster.pid}" || continue
                kill -QUIT "$pid"
            done
            rm -rf -- "$SCRATCH" 2>/dev/null || sleep 0.1
            round=$((round + 1))
        done
        """

    /// Begins to watch for the end of this process, for as long as it lives.
    static func guardDirectory(_ path: String) throws(ScratchError) {
        // A pipe with a name for a moment: opening one can say at once that no child inherits it.
        let name = path + "/leash"
        guard mkfifo(name, 0o600) == 0 else { throw failure("no pipe", errno) }
        // Never closed: the kernel does that.
        let ours = open(name, O_RDWR | O_CLOEXEC)
        let theirs = open(name, O_RDONLY | O_CLOEXEC)
        let opened = errno
        unlink(name)
        guard ours >= 0, theirs >= 0 else { throw failure("no pipe", opened) }
        defer { close(theirs) }
        var child: pid_t = 0
        let spawned = spawn(&child, reading: theirs, directory: path)
        guard spawned == 0 else { throw failure("no shell", spawned) }
        // `setsid --fork` ends at once and leaves the shell behind.
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {  // Ends: the child does.
            guard errno == EINTR else { throw failure("no shell", errno) }
        }
        guard status == 0 else { throw failure("setsid failed", 0) }
    }

    private static func spawn(_ child: inout pid_t, reading pipe: Int32, directory: String) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe, STDIN_FILENO)
        // A runner that waits for the end of this process's output must not wait for the watchdog's too.
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let inherited = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in inherited.compactMap(Int32.init) where descriptor > STDERR_FILENO {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        // A session of its own: Ctrl-C at a terminal ends the tests, and not what tidies up after them.
        let arguments = strings(["/usr/bin/setsid", "--fork", "/bin/sh", "-c", script])
        let environment = strings(["PATH=/usr/bin:/bin", "SCRATCH=" + directory])
        defer { for text in arguments + environment { free(text) } }
        return posix_spawn(&child, "/usr/bin/setsid", &actions, nil, arguments, environment)
    }

    /// As `execve` takes them; the caller frees them.
    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }

    private static func failure(_ what: String, _ number: Int32) -> ScratchError {
        ScratchError("the watchdog of the tests could not be started: \(what): \(String(cString: strerror(number)))")
    }
}
