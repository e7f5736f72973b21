import Primitives

/// A line of the batch door, read and checked but for the expression and the zone.
struct BatchRequest {
    /// 0000-01-01 and the last second of 9999: the times that RFC 3339 can write.
    static let earliest = Instant(seconds: -62_167_219_200)
    static let latest = Instant(seconds: 253_402_300_799)

    let expression: String
    let zone: String
    let after: Instant
    let count: Int

    init(_ line: [UInt8]) throws(BatchError) {
        guard line.count <= CronBatch.longestLine else {
            throw BatchError(
                position: CronBatch.longestLine + 1, message: "the line has more than \(CronBatch.longestLine) bytes",
                hint: "write one request a line")
        }
        var scanner = JSONScanner(line)
        var expression: String?
        var zone: String?
        var after: String?
        var count: Int?
        try scanner.object { (scanner, key) throws(BatchError) in
            switch key {
            case "expr": try Self.fill(&expression, key, with: scanner.string(for: key))
            case "tz": try Self.fill(&zone, key, with: scanner.string(for: key))
            case "after": try Self.fill(&after, key, with: scanner.string(for: key))
            case "count": try Self.fill(&count, key, with: scanner.integer(for: key))
            default: try scanner.skipValue()
            }
        }
        self.expression = try Self.required(expression, "expr")
        self.zone = try Self.required(zone, "tz")
        self.after = try Self.instant(try Self.required(after, "after"))
        self.count = count ?? 1
        guard (1...CronBatch.mostTicks).contains(self.count) else {
            throw BatchError(
                field: "count", message: "the count \(self.count) is not from 1 to \(CronBatch.mostTicks)",
                hint: "ask for fewer instants a line and go on after the last")
        }
    }

    private static func fill<Value>(_ slot: inout Value?, _ key: String, with value: Value) throws(BatchError) {
        guard slot == nil else {
            throw BatchError(field: key, message: "\"\(key)\" stands there twice", hint: "write it once")
        }
        slot = value
    }

    private static func required<Value>(_ value: Value?, _ key: String) throws(BatchError) -> Value {
        guard let value else {
            throw BatchError(
                field: key, message: "\"\(key)\" is missing",
                hint: #"write {"expr":"0 9 * * 1","tz":"Asia/Kolkata","after":"2026-01-01T00:00:00Z","count":5}"#)
        }
        return value
    }

    private static func instant(_ text: String) throws(BatchError) -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw BatchError(
                field: "after", message: "\(ZoneName.quoted(text)) is no time in RFC 3339 with its offset",
                hint: "write it as 2026-01-01T00:00:00Z")
        }
        guard (earliest...latest).contains(instant) else {
            throw BatchError(
                field: "after", message: "\(ZoneName.quoted(text)) is outside the years 0 to 9999 in UTC",
                hint: "write a year between")
        }
        return instant
    }
}
