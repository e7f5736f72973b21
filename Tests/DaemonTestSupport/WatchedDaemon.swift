import FoundationEssentials
import Glibc
package import SystemPackage

/// A daemon with a configuration of its own in a directory of its own, and somebody who hears what it tells the service
/// manager.
package struct WatchedDaemon: Sendable {
    package let process: DaemonProcess
    package let notify: NotifySocket
    package let files: Files

    /// Where a daemon of a test has its things.
    package struct Files: Sendable {
        package let directory: FilePath
        package var config: String { directory.appending("bursar.yaml").string }
        package var socket: String { directory.appending("bursar.sock").string }
        package var notify: String { directory.appending("notify.sock").string }
        package var log: String { directory.appending("log").string }

        package init(directory: FilePath) {
            self.directory = directory
        }

        /// Replaces the configuration.
        package func write(_ settings: String) throws {
            // In one step, as editors do: a daemon that reads meanwhile sees the one or the other.
            let new = config + "~"
            try Data(settings.utf8).write(to: URL(filePath: new))
            guard rename(new, config) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
    }

    /// Runs a daemon until `body` is done, which must end it, unless it ends itself.
    package static func run(
        _ settings: String, database: String? = nil, environment more: [String: String] = [:],
        arguments: [String] = [], in directory: FilePath, _ body: (WatchedDaemon) async throws -> Void
    ) async throws -> DaemonProcess.Ending {
        let files = Files(directory: directory)
        try files.write(settings)
        let notify = try NotifySocket(files.notify)
        defer { notify.remove() }
        var environment = more
        environment["NOTIFY_SOCKET"] = environment["NOTIFY_SOCKET"] ?? files.notify
        environment["BURSAR_DATABASE_URL"] = database
        environment["BURSAR_STATE_DIRECTORY"] = environment["BURSAR_STATE_DIRECTORY"] ?? directory.string
        return try await DaemonProcess.run(
            ["--config", files.config, "--socket", files.socket] + arguments, environment: environment
        ) { process in
            try await body(WatchedDaemon(process: process, notify: notify, files: files))
        }
    }

    /// Returns once it has said that it is ready.
    package func ready() async throws {
        try await notify.first("READY=1") { $0.isReady }
    }

    /// SIGHUP: read the configuration again.
    package func hangUp() {
        _ = Glibc.kill(process.pid, SIGHUP)
    }

    /// One call of the tool on this daemon's socket.
    package func tool(_ arguments: String...) async throws -> Tool.Answer {
        try await Tool.run(["--socket", files.socket] + arguments)
    }
}
