import DatabaseTestSupport
import Glibc
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import OperatorCommands

@Suite struct StatusWatchTests {
    private func session(_ stream: TextStream, _ time: any TimeSource) -> Session {
        Session(
            terminal: Terminal(output: stream, error: Recorder().stream(), input: InputStream(descriptor: 0)),
            environment: [:], time: time)
    }

    /// Says stop once `text` was written so often.
    private func after(_ count: Int, of text: String, in recorder: Recorder) -> @Sendable () -> Bool {
        { recorder.text.ranges(of: text).count >= count }
    }

    @Test func `on a terminal it is drawn over itself`() async throws {
        try await withDaemon { daemon in
            let recorder = Recorder()
            let stream = recorder.stream(isInteractive: true, columns: 40)
            let watch = StatusWatch(
                socket: SocketPath(path: daemon.socket, origin: "a test"), session: session(stream, daemon.time),
                streamsJSON: false, pause: .milliseconds(1))
            try await watch.run(until: after(3, of: "\u{1B}[J", in: recorder))
            #expect(recorder.text.hasPrefix("\u{1B}[Hbursar test, pid "))
            #expect(recorder.text.hasSuffix("\u{1B}[J\n"))
            let lines = recorder.text.split(separator: "\n")
            #expect(lines.allSatisfy { Self.width(of: $0) <= 40 })
        }
    }

    @Test func `with JSON each look is a line`() async throws {
        try await withDaemon { daemon in
            let recorder = Recorder()
            let watch = StatusWatch(
                socket: SocketPath(path: daemon.socket, origin: "a test"),
                session: session(recorder.stream(), daemon.time), streamsJSON: true, pause: .milliseconds(1))
            try await watch.run(until: after(3, of: "\n", in: recorder))
            let lines = recorder.text.split(separator: "\n")
            #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("{\"build\":") && $0.hasSuffix("}") })
        }
    }

    @Test func `a daemon that goes is said to be away, and asked again`() async throws {
        let recorder = Recorder()
        let time = ManualTime(Instant(rfc3339: "2026-10-15T12:34:56Z")!)
        let socket = Mutex("")
        try await withDaemon { daemon in
            socket.withLock { $0 = daemon.socket }
            let watch = StatusWatch(
                socket: SocketPath(path: daemon.socket, origin: "a test"), session: session(recorder.stream(), time),
                streamsJSON: false, pause: .milliseconds(1))
            try await watch.run(until: after(1, of: "up ", in: recorder))
        }
        let gone = StatusWatch(
            socket: SocketPath(path: socket.withLock { $0 }, origin: "a test"),
            session: session(recorder.stream(), time), streamsJSON: false, pause: .milliseconds(1))
        try await gone.run(until: after(2, of: "asking again", in: recorder))
        #expect(recorder.text.contains("no answer at 2026-10-15 12:34:56Z: the daemon does not run"))
        let json = Recorder()
        let lines = StatusWatch(
            socket: gone.socket, session: session(json.stream(), time), streamsJSON: true, pause: .milliseconds(1))
        try await lines.run(until: after(1, of: "\n", in: json))
        #expect(json.text.hasPrefix("{\"error\":{\"details\":[],\"exit_status\":69,"))
    }

    @Test func `a daemon that hangs is not waited for`() async throws {
        let path = try Scratch.path("watch") + ".sock"
        let descriptor = try listen(on: path)
        defer { close(descriptor) }
        let recorder = Recorder()
        let time = ManualTime(Instant(rfc3339: "2026-10-15T12:34:56Z")!)
        var watch = StatusWatch(
            socket: SocketPath(path: path, origin: "a test"), session: session(recorder.stream(), time),
            streamsJSON: false, pause: .milliseconds(1), patience: .milliseconds(1))
        try await watch.run(until: after(1, of: "the daemon gave no answer within 1 ms\nasking again", in: recorder))
        watch.patience = .seconds(600)
        let looks = Mutex(0)
        let before = recorder.text
        try await watch.run {
            looks.withLock {
                $0 += 1
                return $0 > 3
            }
        }
        #expect(recorder.text == before)
    }

    /// A socket that takes connections and never answers.
    private func listen(on path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0 && Glibc.listen(descriptor, 8) == 0)
        return descriptor
    }

    @Test(arguments: [
        ("short", "short"), ("exactly 10", "exactly 10"), ("more than ten", "more than…"),
        ("\u{1B}[32mready\u{1B}[0m", "\u{1B}[32mready\u{1B}[0m"),
        ("\u{1B}[32mready now!\u{1B}[0m", "\u{1B}[32mready now!\u{1B}[0m"),
        ("all of it \u{1B}[31mred\u{1B}[0m", "all of it\u{1B}[31m\u{1B}[0m…"),
        ("\u{1B}[32mready\u{1B}[0m and steady", "\u{1B}[32mready\u{1B}[0m and…"),
    ])
    func `colours take no place when a line is cut`(_ line: String, _ shown: String) {
        #expect(StatusWatch.cut(line, to: 10) == shown)
    }

    private static func width(of line: Substring) -> Int {
        line.replacing(#/\u{1B}\[[0-9;]*[A-Za-z]/#, with: "").count
    }
}
