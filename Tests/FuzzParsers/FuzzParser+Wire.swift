import AdminAPI
import FoundationEssentials
import Postgres
import Primitives

extension FuzzParser {
    /// Bodies of requests: what is accepted is the same after it was written and read again. The first byte chooses
    /// the type.
    static let json = FuzzParser(
        "json",
        seeds: [
            "0{\"as_of\":\"2026-01-01T00:00:00Z\",\"reason\":\"month end\"}", "1{\"apply\":true,\"reason\":null}",
            "2{\"kind\":\"investments.value\",\"cron\":\"0 2 1 * *\",\"zone\":\"UTC\",\"payload\":{\"a\":[1]}}",
            "3{\"reason\":\"why\"}", "4{\"from\":\"2026-01-01\",\"to\":\"2026-02-01\",\"digest\":\"abc\"}",
            "5{\"a\":[1,-2.5,1e9,true,null,\"x\\u00e9\"],\"b\":{}}", "5[[[[[[1]]]]]]",
            "5123456789012345678901234567890",
        ].map { Array($0.utf8) },
        pieces: [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud83d\\ude00", "\\ud800", "null", "true", "false", "-0",
            "1e5", "1e999", "0.1", "99999999999999999999999999999999999999999", "\"reason\":", "\"payload\":",
            "\"as_of\":\"2026-01-01T00:00:00Z\"", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":", "\n",
            "é",
        ].map { Array($0.utf8) } + [[0xFF], [0]]
    ) { (input) throws(BrokenProperty) in
        guard let choice = input.first else { return false }
        let readers = BodyText.readers
        return try readers[Int(choice) % readers.count](Data(input[1...]))
    }

    /// Addresses of databases, which libpq reads.
    static let address = FuzzParser(
        "address",
        seeds: [
            "postgresql://bursar:secret@db1.example:5432,db2.example:5433/bursar?sslmode=require",
            "host=/run/postgresql dbname='bursar' user=bursar password='it''s'", "postgres://", "postgresql:///bursar",
        ].map { Array($0.utf8) },
        pieces: ["://", "@", ":", "/", "?", "&", "=", "%00", "%2F", "%", "'", "\\", " ", "[::1]", ",", "host="].map {
            Array($0.utf8)
        }
    ) { (input) throws(BrokenProperty) in
        guard let address = try? PostgresAddress(uri: String(fuzzed: input)) else { return false }
        let marked = address.setting("password", to: "qwFuzzedPasswordqw")
        try require(!"\(marked)".contains("qwFuzzedPasswordqw"), "the description shows the password: \(marked)")
        return true
    }

    /// Times: what is accepted is the same instant after it was written and read again.
    static let time = FuzzParser(
        "time",
        seeds: [
            "2026-10-15T12:34:56Z", "1969-12-31t23:59:59.999999z", "0000-01-01 00:00:00+23:59",
            "9999-12-31T23:59:59.25-03:00", "2024-02-29T00:00:00Z",
        ].map { Array($0.utf8) },
        pieces: ["T", "Z", "+", "-", ":", ".", "00", "29", "02", "60", "24", " ", "é"].map { Array($0.utf8) }
    ) { (input) throws(BrokenProperty) in
        let text = String(fuzzed: input)
        if let date = CivilDate(text) { try require("\(date)" == text, "the day \(text) is written \(date)") }
        guard let instant = Instant(rfc3339: text) else { return false }
        // An offset can push a time out of the four-digit years, which cannot be written.
        let year = CivilDateTime(wallSeconds: instant.seconds).date.year
        guard (0...9_999).contains(year) else { return true }
        try require(
            Instant(rfc3339: instant.rfc3339) == instant,
            "\(instant.rfc3339) is read as \(String(describing: Instant(rfc3339: instant.rfc3339)))")
        return true
    }

    /// Segments of paths and values of queries.
    static let percent = FuzzParser(
        "percent", seeds: ["a%20b", "caf%C3%A9", "100%25", "~-._"].map { Array($0.utf8) },
        pieces: ["%", "%2", "%zz", "%C3", "%00", "%ED%A0%80", "é"].map { Array($0.utf8) }
    ) { (input) throws(BrokenProperty) in
        let text = String(fuzzed: input)
        try require(PercentEncoding.decoded(PercentEncoding.encoded(text)) == text, "it is not the same again")
        return PercentEncoding.decoded(text) != nil
    }
}

/// What is known of bodies.
private enum BodyText {
    typealias Reader = @Sendable (Data) throws(BrokenProperty) -> Bool

    static let readers: [Reader] = [
        reader(RunRequest.self), reader(ReloadRequest.self), reader(ScheduleRequest.self), reader(ReasonRequest.self),
        reader(BackfillRequest.self), reader(JSONValue.self),
    ]

    private static func reader<Body: Codable & Hashable & SendableMetatype>(_: Body.Type) -> Reader {
        { (data) throws(BrokenProperty) in
            guard let body = try? WireJSON.decode(Body.self, from: data) else { return false }
            guard let written = try? WireJSON.encode(body), let again = try? WireJSON.decode(Body.self, from: written)
            else { throw BrokenProperty("\(Body.self) was read and cannot be written and read again") }
            try require(again == body, "\(Body.self) is another one after it was written: \(body), \(again)")
            return true
        }
    }
}
