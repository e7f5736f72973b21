import DaemonTestSupport
import DatabaseTestSupport
import Glibc
import Subprocess
import SystemPackage

/// A disk of a few megabytes for one server's data: memory, mounted where only the server and its programs see it, so
/// that nothing of it is left when they are gone.
struct SmallDisk: Sendable {
    let cluster: FaultCluster

    /// Mounts, says so, and stays until its parent is gone or tells it to end; then the server goes first.
    private static let script = """
        mount -t tmpfs -o "size=$2,mode=0700,uid=$(id -u postgres),gid=$(id -g postgres)" bursar-test "$1"
        touch "$3"
        parent=$PPID
        trap 'over=1' TERM
        while [ -z "${over:-}" ] && [ "$(cut -d ' ' -f 4 /proc/$$/stat)" = "$parent" ]; do sleep 0.2; done
        kill -QUIT "$(head -n 1 "$1/postmaster.pid")" 2>/dev/null || true
        """

    /// Gives `body` a running server whose data have `size`, such as `96m`.
    static func with(
        size: String, settings: [String: String], _ body: (SmallDisk) async throws -> Void
    ) async throws {
        guard geteuid() == 0 else {
            throw TestFailure("a small disk is mounted: run the tests as root, with the right to mount (CAP_SYS_ADMIN)")
        }
        var cluster = try FaultCluster(directory: Scratch.path("small"), port: FreePort.take())
        try Programs.makeDirectory(cluster.directory)
        guard mkdir(cluster.data, 0o700) == 0 else { throw TestFailure("\(cluster.data) cannot be made") }
        let mounted = cluster.directory + "/mounted"
        let result = try await Subprocess.run(
            .path("/usr/bin/unshare"),
            arguments: [
                "--mount", "--propagation", "private", "/bin/sh", "-euc", script, "sh", cluster.data, size, mounted,
            ],
            environment: .custom(Built.environment([:])), input: .none, output: .discarded,
            error: .string(limit: 65_536)
        ) { execution in
            let holder = execution.processIdentifier.value
            cluster.wrapper = ["/usr/bin/nsenter", "--target", "\(holder)", "--mount", "--"]
            do {
                try await until("the disk is mounted", within: .seconds(20)) { access(mounted, F_OK) == 0 }
                try await cluster.fill(settings)
                try await cluster.start()
                try await body(SmallDisk(cluster: cluster))
            } catch {
                kill(holder, SIGTERM)
                throw error
            }
            kill(holder, SIGTERM)
        }
        guard result.terminationStatus.isSuccess else {
            throw TestFailure("no disk could be mounted, which needs CAP_SYS_ADMIN: \(result.standardError)")
        }
    }

    /// Takes all the room that is left.
    func fillUp() async throws {
        // Twice: the server may have given some back meanwhile.
        for name in ["ballast", "more"] {
            try await cluster.perform(
                ["/bin/sh", "-c", "dd if=/dev/zero of=\(cluster.data)/\(name) bs=64k 2>/dev/null || true"])
        }
    }

    /// Gives it back.
    func makeRoom() async throws {
        try await cluster.perform(["/bin/sh", "-c", "rm -f \(cluster.data)/ballast \(cluster.data)/more"])
    }
}
