import DaemonTestSupport
import DatabaseTestSupport
import Dispatch
import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
import Testing

/// A socket that outlives the daemon: nobody who connects while it restarts is refused.
@Suite struct HandOverTests {
    private static let restarts = 20

    @Test func `over many restarts no client is refused, and each gets its answer`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let files = WatchedDaemon.Files(directory: directory)
                try files.write(Settings.quick)
                let socket = try ListeningSocket(files.socket)
                defer { socket.close() }
                let client = PatientClient(files.socket)
                async let asked: Void = client.askUntilStopped()
                for round in 0..<Self.restarts {
                    let before = client.answers
                    let daemon = try start(files, socket, database)
                    try await until("the daemon answers") { client.answers > before }
                    // In the middle of the asking, and with some luck in the middle of an answer.
                    daemon.stop()
                    #expect(await daemon.end() == 0, "round \(round): \(log(files))")
                }
                let last = try start(files, socket, database)
                client.stop()
                await asked
                last.stop()
                #expect(await last.end() == 0)
                #expect(client.refusals == [], "of \(client.answers) answers")
                #expect(client.answers >= Self.restarts)
                let lines = log(files)
                #expect(lines.matches(of: #/the admin socket was handed over/#).count == Self.restarts + 1)
                #expect(access(files.socket, F_OK) == 0, "the socket is the manager's to remove")
            }
        }
    }

    @Test func `a daemon is reached at the socket that it was handed, whatever its configuration says`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let files = WatchedDaemon.Files(directory: directory)
                try files.write(Settings.quick)
                let notify = try NotifySocket(files.notify)
                let socket = try ListeningSocket(directory.appending("other.sock").string)
                defer { socket.close() }
                let daemon = try start(files, socket, database, more: ["NOTIFY_SOCKET": files.notify])
                try await notify.first("READY=1") { $0.isReady }
                let status = try await Tool.run(["--socket", socket.path, "status", "--json"])
                #expect(status.exit == 0, "\(status.complaint)")
                #expect(status.output.contains("other.sock"), "\(status.output)")
                daemon.stop()
                #expect(await daemon.end() == 0)
            }
        }
    }

    private func start(
        _ files: WatchedDaemon.Files, _ socket: ListeningSocket, _ database: TestDatabase, more: [String: String] = [:]
    ) throws -> HandedOverDaemon {
        let environment = [
            "BURSAR_DATABASE_URL": database.uri, "BURSAR_STATE_DIRECTORY": files.directory.string,
        ]
        return try HandedOverDaemon(
            ["--config", files.config, "--socket", files.socket], listening: socket,
            environment: environment.merging(more) { $1 }, log: files.log)
    }

    private func log(_ files: WatchedDaemon.Files) -> String {
        (try? String(contentsOfFile: files.log, encoding: .utf8)) ?? "no log"
    }
}

/// Asks again and again, one connection a question, and keeps every refusal.
private final class PatientClient: Sendable {
    private struct State {
        var answers = 0
        var refusals: [String] = []
        var isStopped = false
    }

    private let path: String
    private let state = Mutex(State())

    /// More would only fill the report.
    private static let refusalsMax = 20

    init(_ path: String) {
        self.path = path
    }

    var answers: Int { state.withLock { $0.answers } }
    var refusals: [String] { state.withLock { $0.refusals } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    func askUntilStopped() async {
        await withCheckedContinuation { continuation in
            // A thread of its own: it blocks.
            DispatchQueue(label: "patient client").async { continuation.resume(returning: self.askAll()) }
        }
    }

    private func askAll() {
        while !state.withLock({ $0.isStopped || $0.refusals.count >= Self.refusalsMax }) {
            let refusal = ask()
            state.withLock { state in
                if let refusal { state.refusals.append(refusal) } else { state.answers += 1 }
            }
        }
    }

    /// Why there was no answer.
    private func ask() -> String? {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        guard withAddress(path, { connect(descriptor, $0, $1) }) == 0 else { return failure("connect") }
        let request = "GET /livez HTTP/1.1\r\nHost: bursar\r\nConnection: close\r\n\r\n"
        guard send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count else {
            return failure("send")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {  // Ends: with the connection.
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { return failure("read after \(answer.count) bytes") }
            if count == 0 { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        return text.hasPrefix("HTTP/1.1 200") ? nil : "an answer of \(answer.count) bytes: \(text.prefix(40))"
    }

    private func failure(_ what: String) -> String { "\(what): \(String(cString: strerror(errno)))" }
}
