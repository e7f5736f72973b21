import Cron

/// Bytes of a zone file made for a test.
struct TZifBytes {
    var initialOffset = 0
    /// Seconds since 1970 and the offset from then on.
    var shifts: [(start: Int64, offset: Int)] = []
    var footer = ""
    var leapSeconds = 0

    var bytes: [UInt8] {
        let offsets = [initialOffset] + shifts.map(\.offset)
        var bytes = Self.header(shifts: 0, types: 0, names: 0, leapSeconds: 0)
        bytes += Self.header(shifts: shifts.count, types: offsets.count, names: 4, leapSeconds: leapSeconds)
        for shift in shifts { bytes += Self.bigEndian(shift.start, width: 8) }
        bytes += shifts.indices.map { UInt8($0 + 1) }
        for offset in offsets { bytes += Self.bigEndian(Int64(offset), width: 4) + [0, 0] }
        bytes += Array("XXX\0".utf8)
        for _ in 0..<leapSeconds { bytes += [UInt8](repeating: 0, count: 12) }
        return bytes + Array("\n\(footer)\n".utf8)
    }

    func zone() throws -> Zone { try Zone(identifier: "Test/Zone", tzif: bytes) }

    private static func header(shifts: Int, types: Int, names: Int, leapSeconds: Int) -> [UInt8] {
        Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
            + [0, 0, leapSeconds, shifts, types, names].flatMap { bigEndian(Int64($0), width: 4) }
    }

    private static func bigEndian(_ value: Int64, width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
    }
}
