import Dispatch
import Effects
import Glibc
import Jobs
import Primitives

/// Another company, behind a Unix socket that the test serves. One line is asked, one is answered, and that is a
/// connection:
///
///     submit KEY OPERATION BYTES      accepted REMOTE
///     lookup KEY                      found REMOTE STATUS MICROSECONDS | absent
struct SocketCompany: EffectProvider {
    let path: String

    static let name = "bank"
    /// The longest that a call may take, in milliseconds.
    private static let limit = 150

    /// What is known of its manners.
    static func target() throws -> EffectTarget {
        let soon = RetryPolicy(base: .milliseconds(20), factor: 1, jitter: 0)
        return try EffectTarget(
            name, visibilityDelay: .zero, callLimit: .milliseconds(limit), retry: soon, polling: soon,
            acceptanceIsFinal: true)
    }

    func submit(_ request: EffectRequest, key: IdempotencyKey) async throws -> EffectAnswer {
        let bytes = String(decoding: request.bytes, as: UTF8.self)
        let words = try await ask("submit \(key) \(request.operation) \(bytes)")
        guard words.count == 2, words[0] == "accepted" else { return .unknown(why: "half an answer") }
        return .accepted(remoteID: words[1])
    }

    func lookUp(_ reference: EffectReference) async throws -> EffectReport? {
        let words = try await ask("lookup \(reference.key)")
        if words == ["absent"] { return nil }
        guard words.count == 4, words[0] == "found", let status = EffectReport.Status(rawValue: words[2]),
            let made = Int64(words[3])
        else { throw NoAnswer() }
        return EffectReport(
            reference: reference.key, remoteID: words[1], status: status, madeAt: Instant(microseconds: made))
    }

    func list(since: Instant?, after cursor: String?) async throws -> EffectPage {
        throw NoAnswer()
    }

    /// On a thread of its own; a cancelled task is not waited for longer than the limit.
    private func ask(_ line: String) async throws -> [String] {
        let path = path
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Self.converse(line, at: path) })
            }
        }
    }

    private static func converse(_ line: String, at path: String) throws -> [String] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard descriptor >= 0, path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw NoAnswer() }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        var patience = timeval(tv_sec: 0, tv_usec: limit * 1_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        let request = Array((line + "\n").utf8)
        guard status == 0, send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw NoAnswer()
        }
        var answer = [UInt8](repeating: 0, count: 512)
        let count = recv(descriptor, &answer, answer.count, 0)
        guard count > 0, answer[count - 1] == UInt8(ascii: "\n") else { throw NoAnswer() }
        return String(decoding: answer[..<(count - 1)], as: UTF8.self).split(separator: " ").map(String.init)
    }
}

/// The company said nothing, or something that nobody understands.
struct NoAnswer: Error {}
