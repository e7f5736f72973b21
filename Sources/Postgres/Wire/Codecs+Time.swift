package import Primitives

extension Instant: PostgresCodable {
    package static var wireType: WireType { .timestamptz }

    /// PostgreSQL counts from 2000-01-01T00:00:00Z.
    private static let epoch: Int64 = 946_684_800_000_000

    package func encode(to writer: inout WireWriter) {
        let (shifted, overflow) = microseconds.subtractingReportingOverflow(Self.epoch)
        if overflow || shifted == .min || shifted == .max {
            writer.fail("an instant lies beyond what timestamptz can hold")
        }
        writer.integer(shifted)
    }

    /// Infinity is an error: no instant stands for it.
    package init(from field: Field) throws(PostgresError) {
        guard field.isA(.timestamptz) else { throw field.mismatch(.timestamptz) }
        let shifted = try field.integer(Int64.self, .timestamptz)
        let (sum, overflow) = shifted.addingReportingOverflow(Self.epoch)
        guard shifted != .min, shifted != .max else {
            throw PostgresError(
                .decoding, "column \(field.column) holds an infinite timestamptz (oid 1184), expected an instant",
                hint: "use NULL for what has no end")
        }
        // The last 30 years before 294277 lie beyond 64 bits of microseconds since 1970.
        guard !overflow else { throw field.mismatch(.timestamptz) }
        self.init(microseconds: sum)
    }

    /// PostgreSQL's own spelling: exact, unlike to_timestamp, which takes a double. There is no year 0: 1 BC came
    /// before 1.
    package var literal: String {
        let clock = CivilDateTime(wallSeconds: seconds)
        let year = clock.date.year
        let day = "\(year > 0 ? year : 1 - year)-\(clock.date.month)-\(clock.date.day)"
        let fraction = String(microseconds - seconds * 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.count)
        let time = "\(clock.hour):\(clock.minute):\(clock.second).\(zeros)\(fraction)"
        return "'\(day) \(time)+00\(year > 0 ? "" : " BC")'::timestamptz"
    }
}

extension CivilDate: PostgresCodable {
    package static var wireType: WireType { .date }

    /// Days from 1970-01-01 to PostgreSQL's epoch, 2000-01-01.
    private static let epoch = 10_957

    package func encode(to writer: inout WireWriter) {
        guard let days = Int32(exactly: daysSinceEpoch - Self.epoch), days != .min, days != .max else {
            return writer.fail("a date lies beyond what date can hold")
        }
        writer.integer(days)
    }

    /// Infinity is an error: no day stands for it.
    package init(from field: Field) throws(PostgresError) {
        guard field.isA(.date) else { throw field.mismatch(.date) }
        let days = try field.integer(Int32.self, .date)
        guard days != .min, days != .max else {
            throw PostgresError(
                .decoding, "column \(field.column) holds an infinite date (oid 1082), expected a day",
                hint: "use NULL for what has no end")
        }
        self.init(daysSinceEpoch: Int(days) + Self.epoch)
    }

    package var literal: String { "(date 'epoch' + \(daysSinceEpoch))" }
}
