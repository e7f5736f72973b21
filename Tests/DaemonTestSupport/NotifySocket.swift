import Dispatch
package import Glibc
import Synchronization
import TestSupport

/// A service manager's end of NOTIFY_SOCKET, which keeps each datagram with when it came.
package final class NotifySocket: Sendable {
    /// One datagram.
    package struct Message: Sendable {
        package let assignments: [String]
        package let at: ContinuousClock.Instant

        /// Whether it holds that very assignment.
        package func says(_ assignment: String) -> Bool { assignments.contains(assignment) }

        /// What `name=` is set to.
        package func value(of name: String) -> String? {
            assignments.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }

        package var status: String? { value(of: "STATUS") }
        package var isReady: Bool { says("READY=1") }
    }

    /// For the daemon's environment.
    package let path: String
    private let descriptor: Int32
    private let probe: EventProbe<Message>

    package init(_ path: String) throws {
        self.path = path
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        let isBound = withAddress(path) { bind(descriptor, $0, $1) == 0 }
        let probe = EventProbe<Message>()
        self.probe = probe
        DispatchQueue(label: "notify socket").async { Self.receive(from: descriptor, into: probe) }
        guard isBound else { throw TestFailure("\(path) cannot be bound") }
    }

    /// Ends the thread that receives, which closes the socket.
    deinit { shutdown(descriptor, Int32(SHUT_RD)) }

    /// All so far.
    package var messages: [Message] { probe.recorded }

    /// The next that fits; those before it are passed over.
    @discardableResult
    package func first(_ what: String, where fits: @escaping @Sendable (Message) -> Bool) async throws -> Message {
        let probe = probe
        return try await withThrowingTaskGroup(of: Message.self) { group in
            group.addTask { try await probe.first(where: fits) }
            group.addTask {
                try await ContinuousClock().sleep(for: .seconds(120))
                throw Silence(what: what, last: probe.recorded.suffix(5).map(\.assignments))
            }
            defer { group.cancelAll() }
            guard let message = try await group.next() else { throw CancellationError() }
            return message
        }
    }

    /// The next status that has the words in it.
    @discardableResult
    package func status(with words: String) async throws -> String {
        try await first("a status with \(words)") { $0.status?.contains(words) == true }.status ?? ""
    }

    /// Nobody hears from now on: sending to the path fails.
    package func remove() {
        unlink(path)
    }

    private static func receive(from descriptor: Int32, into probe: EventProbe<Message>) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {  // Ends: with the socket.
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            probe.record(Message(assignments: text.split(separator: "\n").map(String.init), at: .now))
        }
        close(descriptor)
    }

    private struct Silence: Error, CustomStringConvertible {
        let what: String
        let last: [[String]]
        var description: String { "the daemon never said: \(what); its last words: \(last)" }
    }
}

/// Calls `body` with the address of a Unix socket.
package func withAddress<T>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    return withUnsafePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
