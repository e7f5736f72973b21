import AdminAPI
import Hummingbird
import Primitives

/// The parameters of a query, read strictly: unknown, repeated and empty ones are refused.
struct QueryReader {
    private var values: [String: String] = [:]

    /// The longest value of a parameter, in bytes.
    private static let valueMax = 500

    init(_ request: Request, knowing known: [String]) throws(RequestRefusal) {
        for pair in (request.uri.query ?? "").split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
                throw .invalid("query", "the query is not percent-encoded UTF-8", hint: "write % as %25")
            }
            let place = Self.place(name)
            guard known.contains(name) else { throw .unknown(place, known: known) }
            guard values[name] == nil else { throw .invalid(place, "it is given twice", hint: "give it once") }
            guard !value.isEmpty, value.utf8.count <= Self.valueMax else {
                throw .invalid(place, "its value has \(value.utf8.count) bytes", hint: "1 to \(Self.valueMax) bytes")
            }
            try NoNul.checked(value, in: place)
            values[name] = value
        }
    }

    func text(_ name: String) -> String? { values[name] }

    func text(_ name: String, oneOf allowed: [String]) throws(RequestRefusal) -> String? {
        guard let value = values[name] else { return nil }
        guard allowed.contains(value) else {
            throw .invalid(
                Self.place(name), "\"\(value)\" is not known", hint: "one of " + allowed.joined(separator: ", "))
        }
        return value
    }

    func count(_ name: String, default standard: Int, max: Int) throws(RequestRefusal) -> Int {
        guard let value = values[name] else { return standard }
        guard let count = Int(value), (1...max).contains(count) else {
            throw .invalid(
                Self.place(name), "\"\(value)\" is no count that is allowed", hint: "a whole number of 1 to \(max)")
        }
        return count
    }

    func id(_ name: String) throws(RequestRefusal) -> Int64? {
        guard let value = values[name] else { return nil }
        guard let id = Int64(value), id >= 0 else {
            throw .invalid(Self.place(name), "\"\(value)\" is no id", hint: "give the `next` of the page before")
        }
        return id
    }

    func instant(_ name: String) throws(RequestRefusal) -> Instant? {
        guard let value = values[name] else { return nil }
        guard let instant = Instant(rfc3339: value) else {
            throw .invalid(
                Self.place(name), "\"\(value)\" is no RFC 3339 time with its offset",
                hint: "such as 2026-10-15T12:34:56Z")
        }
        return instant
    }

    private static func place(_ name: String) -> String { "query parameter \(name.prefix(60))" }

    private static func decoded(_ text: Substring) -> String? { PercentEncoding.decoded(text) }
}

extension AdminContext {
    /// A parameter of the path, without its percent-encoding.
    func segment(_ name: String) throws(RequestRefusal) -> String {
        guard let raw = parameters.get(name), let text = PercentEncoding.decoded(raw), !text.isEmpty else {
            throw .invalid("path", "a segment is not percent-encoded UTF-8", hint: "write % as %25")
        }
        try NoNul.checked(text, in: "path")
        return text
    }

    func id(_ name: String, of what: String) throws(RequestRefusal) -> Int64 {
        let text = try segment(name)
        guard let id = Int64(text), id > 0 else {
            throw .invalid("path", "\"\(text.prefix(60))\" is no id of a \(what)", hint: "a whole number above 0")
        }
        return id
    }

    func execution(_ name: String) throws(RequestRefusal) -> ExecutionID {
        let text = try segment(name)
        guard let execution = ExecutionID(text) else {
            throw .invalid(
                "path", "\"\(text.prefix(60))\" is no execution id", hint: "a UUID, as `bursarctl runs list` shows them"
            )
        }
        return execution
    }
}
