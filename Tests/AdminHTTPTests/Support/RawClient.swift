import Dispatch
import FoundationEssentials
import Glibc

/// Speaks HTTP byte by byte over a Unix socket, so that tests see exactly what the server sends, and may send what no
/// client library would.
struct RawClient: Sendable {
    let socket: String

    func get(_ target: String) async throws -> RawResponse {
        try await exchange("GET \(target) HTTP/1.1\r\nHost: bursar\r\nConnection: close\r\n\r\n")
    }

    func send(
        _ method: String, _ target: String, body: String = "", type: String? = "application/json"
    ) async throws -> RawResponse {
        let header = type.map { "Content-Type: \($0)\r\n" } ?? ""
        return try await exchange(
            "\(method) \(target) HTTP/1.1\r\nHost: bursar\r\nConnection: close\r\n\(header)"
                + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
    }

    func post(_ target: String, _ body: String, type: String? = "application/json") async throws -> RawResponse {
        try await send("POST", target, body: body, type: type)
    }

    /// Sends bytes and reads until the server closes.
    func exchange(_ request: String) async throws -> RawResponse {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try RawResponse(blockingExchange(request)) })
            }
        }
    }

    private func blockingExchange(_ request: String) throws -> [UInt8] {
        let descriptor = try connected()
        defer { close(descriptor) }
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // A server that refused already may have closed its side: its answer is still there.
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return answer }
            answer += buffer[..<count]
        }
    }

    /// Sends a request and leaves the answer to be read bit by bit.
    func begin(_ method: String, _ target: String) throws -> Reading {
        let descriptor = try connected()
        let request = Array("\(method) \(target) HTTP/1.1\r\nHost: bursar\r\nConnection: close\r\n\r\n".utf8)
        guard Glibc.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            close(descriptor)
            throw RawClientError("the request was not taken")
        }
        return Reading(descriptor: descriptor)
    }

    /// An open connection; the caller closes it.
    func connected() throws -> Int32 {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socket.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw RawClientError("connect to \(socket): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}

/// An answer that is read as slowly as a test wants; closed when it is let go of.
final class Reading: Sendable {
    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The next bytes, as many as asked for at least; fewer only at the end.
    func bytes(atLeast count: Int) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                while bytes.count < count {
                    let read = Glibc.read(descriptor, &buffer, buffer.count)
                    guard read > 0 else { break }
                    bytes += buffer[..<read]
                }
                continuation.resume(returning: bytes)
            }
        }
    }
}

struct RawClientError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What the server sent, taken apart.
struct RawResponse: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    init(_ bytes: [UInt8]) throws {
        let blank = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: blank) }) else {
            throw RawClientError("no head in \(bytes.count) bytes")
        }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        var lines = text.split(separator: "\r\n").map(String.init)
        let first = lines.removeFirst().split(separator: " ")
        guard first.count >= 2, let status = Int(first[1]) else {
            throw RawClientError("no status in: \(text.prefix(200))")
        }
        self.status = status
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingPrefix(" ").description : ""
        }
        self.headers = headers
        let rest = Array(bytes[(end + blank.count)...])
        body = headers["transfer-encoding"] == "chunked" ? try Self.joined(chunks: rest) : rest
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    private static func joined(chunks: [UInt8]) throws -> [UInt8] {
        var rest = chunks[...]
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let size = String(decoding: rest[rest.startIndex..<end], as: UTF8.self).filter { $0.isHexDigit }
            guard let length = Int(size, radix: 16) else { break }
            if length == 0 { return body }
            rest = rest[(end + 1)...]
            body += rest.prefix(length)
            rest = rest.dropFirst(length + 2)
        }
        throw RawClientError("the chunks do not end")
    }
}
