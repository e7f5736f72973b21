import AdminAPI
import FoundationEssentials
import Hummingbird
import NIOCore

/// A JSON body, read strictly: its length, its type, its fields.
enum BodyReader {
    /// The longest body, in bytes: requests here are a few fields.
    static let bytesMax = 64 << 10

    /// The object in the body as `type`; an empty body reads as an object without fields.
    static func object<Body: Decodable>(
        _ type: Body.Type, of request: Request, knowing known: [String]
    ) async throws -> Body {
        let data = try await data(of: request)
        guard !data.isEmpty else { return try decode(type, from: Data("{}".utf8)) }
        try requireJSON(request)
        let value: JSONValue
        do {
            value = try WireJSON.decode(JSONValue.self, from: data)
        } catch {
            throw RequestRefusal.malformed("the body is no JSON", hint: #"send an object such as {"reason":"a test"}"#)
        }
        guard case .object(let fields) = value else {
            throw RequestRefusal.malformed(
                "the body is no JSON object", hint: #"send an object such as {"reason":"a test"}"#)
        }
        for field in fields.keys.sorted() where !known.contains(field) {
            throw RequestRefusal.unknown("body field \(field.prefix(60))", known: known)
        }
        return try decode(type, from: data)
    }

    private static func data(of request: Request) async throws -> Data {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bytesMax { throw tooLong }
        do {
            return Data(try await request.body.collect(upTo: bytesMax).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLong
        }
    }

    private static var tooLong: RequestRefusal {
        RequestRefusal(
            .contentTooLarge, "too-long", "Body too long", "the body has more than \(bytesMax) bytes", place: "body",
            hint: "send \(bytesMax) bytes at most")
    }

    private static func requireJSON(_ request: Request) throws(RequestRefusal) {
        let type = request.headers[.contentType] ?? "nothing"
        let media = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard media == "application/json" else {
            throw RequestRefusal(
                .unsupportedMediaType, "unsupported-type", "Unsupported media type",
                "the body's type is \(type.prefix(60))", place: "header content-type", hint: "send application/json")
        }
    }

    private static func decode<Body: Decodable>(_ type: Body.Type, from data: Data) throws(RequestRefusal) -> Body {
        do {
            return try WireJSON.decode(type, from: data)
        } catch let error as DecodingError {
            throw refusal(error)
        } catch {
            throw .malformed("the body cannot be read", hint: "send a JSON object")
        }
    }

    private static func refusal(_ error: DecodingError) -> RequestRefusal {
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
            .dataCorrupted(let found):
            context = found
        @unknown default:
            return .malformed("the body cannot be read", hint: "send a JSON object")
        }
        let field = context.codingPath.map(\.stringValue).joined(separator: ".")
        return .invalid(
            "body field \(field)", context.debugDescription, hint: "times are RFC 3339, such as 2026-10-15T12:34:56Z")
    }
}
