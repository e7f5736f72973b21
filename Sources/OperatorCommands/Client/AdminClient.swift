import AdminAPI
import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// The daemon's admin API, over its Unix socket.
struct AdminClient: Sendable {
    private let http: HTTPClient
    private let base: String

    /// The longest answer that is read whole.
    private static let answerMax = 16 << 20
    private static let headLimit = TimeAmount.seconds(30)
    /// The longest that an answer may stay away, whatever was asked.
    private static let silenceLimit = TimeAmount.seconds(85)

    /// Connects to a socket for the time of `body`.
    static func with<T>(
        _ socket: SocketPath, _ body: (AdminClient) async throws -> T
    ) async throws -> T {
        try socket.requireListener()
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(3), read: silenceLimit))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<T, any Error>
        do {
            result = .success(
                try await body(AdminClient(http: http, base: "http+unix://\(PercentEncoding.encoded(socket.path))")))
        } catch {
            result = .failure(error)
        }
        // What it had to say was said; connections close with the process at the latest.
        try? await http.shutdown()
        return try result.get()
    }

    /// Reads a resource.
    func get<Answer: Decodable>(
        _ path: String, query: [(name: String, value: String?)] = [], as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try decode(type, from: await whole(request(.GET, path, query: query)))
    }

    /// Asks for something to be done, which may take up to `limit`.
    func post<Answer: Decodable>(
        _ path: String, _ body: some Encodable, as type: Answer.Type = Answer.self,
        within limit: TimeAmount = headLimit
    ) async throws -> Answer {
        var request = request(.POST, path)
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try WireJSON.encode(body)))
        return try decode(type, from: await whole(request, within: limit))
    }

    /// What a health resource says, also when it says that not all is well.
    func health(_ path: String) async throws -> HealthAnswer {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request(.GET, path), timeout: Self.headLimit)
        } catch {
            throw CommandFailure(.unavailable, "the daemon closed the connection: \(error)", hint: "ask again")
        }
        let body = Data(try await response.body.collect(upTo: Self.answerMax).readableBytesView)
        guard [200, 503].contains(response.status.code) else {
            throw Self.failure(status: Int(response.status.code), body: body)
        }
        return try decode(HealthAnswer.self, from: body)
    }

    /// Writes a resource.
    func put<Answer: Decodable>(
        _ path: String, _ body: some Encodable, as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        var request = request(.PUT, path)
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try WireJSON.encode(body)))
        return try decode(type, from: await whole(request))
    }

    /// Takes a resource away.
    func delete<Answer: Decodable>(
        _ path: String, query: [(name: String, value: String?)] = [], as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try decode(type, from: await whole(request(.DELETE, path, query: query)))
    }

    /// Reads a resource piece by piece, so that its length does not matter.
    func stream(
        _ path: String, query: [(name: String, value: String?)] = [], _ each: ([UInt8]) throws -> Void
    ) async throws {
        let response = try await send(request(.GET, path, query: query))
        do {
            for try await piece in response.body { try each(Array(piece.readableBytesView)) }
        } catch let error as OutputClosed {
            throw error
        } catch {
            throw CommandFailure(
                .unavailable, "the daemon broke off its answer: what was printed is not complete",
                hint: "the daemon's log says why: `journalctl -u bursard`; then ask again")
        }
    }

    private func request(
        _ method: HTTPMethod, _ path: String, query: [(name: String, value: String?)] = []
    ) -> HTTPClientRequest {
        let pairs = query.compactMap { pair in pair.value.map { "\(pair.name)=\(PercentEncoding.encoded($0))" } }
        var request = HTTPClientRequest(url: base + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")))
        request.method = method
        request.headers.add(name: "host", value: "bursar")
        request.headers.add(name: "user-agent", value: "bursarctl")
        return request
    }

    private func whole(_ request: HTTPClientRequest, within limit: TimeAmount = headLimit) async throws -> Data {
        let response = try await send(request, within: limit)
        do {
            return Data(try await response.body.collect(upTo: Self.answerMax).readableBytesView)
        } catch {
            throw CommandFailure(.unavailable, "the daemon broke off its answer", hint: "ask again")
        }
    }

    /// The response's head; throws what the daemon said when it refused.
    private func send(
        _ request: HTTPClientRequest, within limit: TimeAmount = headLimit
    ) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: limit)
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw CommandFailure(
                .unavailable, "the daemon did not answer in time",
                hint: "`systemctl status bursard` shows whether it hangs")
        } catch {
            throw CommandFailure(.unavailable, "the daemon closed the connection: \(error)", hint: "ask again")
        }
        guard !(200..<300).contains(response.status.code) else { return response }
        let body = try? await response.body.collect(upTo: Self.answerMax)
        throw Self.failure(status: Int(response.status.code), body: body.map { Data($0.readableBytesView) })
    }

    /// What a refusal means to the operator.
    static func failure(status: Int, body: Data?) -> CommandFailure {
        guard let body, let problem = try? WireJSON.decode(Problem.self, from: body) else {
            return CommandFailure(
                .schema, "the daemon answered \(status) in a form that this bursarctl cannot read",
                hint: "install bursarctl and bursard of the same version")
        }
        let exit: CommandStatus =
            switch status {
            case 400, 413, 415, 422: .usage
            case 401, 403: .permission
            case 404, 409, 410: .bad
            case 502, 503, 504: .unavailable
            default: .bug
            }
        return CommandFailure(exit, problem.detail, hint: problem.hint, problem: problem)
    }

    private func decode<Answer: Decodable>(_ type: Answer.Type, from data: Data) throws(CommandFailure) -> Answer {
        do {
            return try WireJSON.decode(type, from: data)
        } catch {
            throw CommandFailure(
                .schema, "the daemon's answer cannot be read: \(error)",
                hint: "install bursarctl and bursard of the same version")
        }
    }
}
