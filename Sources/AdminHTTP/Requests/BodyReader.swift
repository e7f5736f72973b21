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
        try refuseNul(in: value, at: [])
        return try decode(type, from: data)
    }

    /// The database keeps every character but U+0000.
    private static func refuseNul(in value: JSONValue, at path: [String]) throws(RequestRefusal) {
        switch value {
        case .null, .flag, .integer, .decimal: break
        case .text(let text): try NoNul.checked(text, in: place(path))
        case .list(let values):
            for (index, value) in values.enumerated() { try refuseNul(in: value, at: path + ["\(index)"]) }
        case .object(let fields):
            for (name, value) in fields {
                try NoNul.checked(name, in: place(path))
                try refuseNul(in: value, at: path + [name])
            }
        }
    }

    private static func place(_ path: [String]) -> String {
        path.isEmpty ? "body" : "body field " + path.joined(separator: ".")
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
        switch error {
        case .keyNotFound(let key, let context):
            return .invalid(place(of: context, key), "it is missing", hint: "the request cannot do without it")
        case .valueNotFound(_, let context):
            return .invalid(place(of: context), "it is null", hint: "the request cannot do without it")
        case .typeMismatch(let wanted, let context):
            return .invalid(place(of: context), "it is of another type", hint: "write \(words(for: wanted))")
        case .dataCorrupted(let context):
            let isTime = context.debugDescription.contains("RFC 3339")
            return .invalid(
                place(of: context), context.debugDescription,
                hint: isTime ? "such as 2026-10-15T12:34:56Z" : "write what the field means")
        @unknown default:
            return .malformed("the body cannot be read", hint: "send a JSON object")
        }
    }

    private static func place(of context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
        place(context.codingPath.map(\.stringValue) + (key.map { [$0.stringValue] } ?? []))
    }

    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text, in quotes"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        default: "what the field means"
        }
    }
}
