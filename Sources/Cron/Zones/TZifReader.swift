/// What is wrong with a zone file.
struct TZifError: Error, Sendable {
    let reason: String
}

/// Reads TZif, the format of compiled zone files (RFC 9636): versions 2 and later, whose second block has 64-bit times.
struct TZifReader {
    /// The largest file that is read. The longest of the database have 4 KB.
    static let largestFile = 1 << 20

    private static let headerLength = 44

    private struct Header {
        let version: UInt8
        let daylightFlags, utcFlags, leapSeconds, shifts, types, names: Int

        /// The length of the block behind the header, with times of that many bytes.
        func blockLength(timeWidth: Int) -> Int {
            shifts * (timeWidth + 1) + types * 6 + names + leapSeconds * (timeWidth + 4) + daylightFlags + utcFlags
        }
    }

    private let bytes: [UInt8]

    static func file(from bytes: [UInt8]) throws(TZifError) -> ZoneFile {
        guard bytes.count <= largestFile else { throw TZifError(reason: "it is longer than \(largestFile) bytes") }
        return try TZifReader(bytes: bytes).file()
    }

    private func file() throws(TZifError) -> ZoneFile {
        let old = try header(at: 0)
        guard old.version >= UInt8(ascii: "2") else {
            throw TZifError(reason: "it has version 1, with 32-bit times only")
        }
        let secondHeader = Self.headerLength + old.blockLength(timeWidth: 4)
        let header = try header(at: secondHeader)
        let block = secondHeader + Self.headerLength
        let end = block + header.blockLength(timeWidth: 8)
        guard end < bytes.count else { throw TZifError(reason: "it is cut short") }
        guard header.leapSeconds == 0 else {
            throw TZifError(reason: "it counts leap seconds, which no wall clock shows")
        }
        guard header.types > 0 else { throw TZifError(reason: "it has no offsets") }

        let offsets = try offsets(at: block + header.shifts * 9, count: header.types)
        return ZoneFile(
            initialOffset: offsets[0], shifts: try shifts(at: block, count: header.shifts, offsets: offsets),
            rule: try rule(at: end))
    }

    private func header(at start: Int) throws(TZifError) -> Header {
        guard start + Self.headerLength <= bytes.count else { throw TZifError(reason: "it is cut short") }
        guard bytes[start..<start + 4].elementsEqual("TZif".utf8) else { throw TZifError(reason: "it is no TZif file") }
        func count(_ index: Int) -> Int {
            Int(UInt32(truncatingIfNeeded: integer(at: start + 20 + 4 * index, width: 4)))
        }
        let header = Header(
            version: bytes[start + 4], daylightFlags: count(1), utcFlags: count(0), leapSeconds: count(2),
            shifts: count(3), types: count(4), names: count(5))
        guard start + Self.headerLength + header.blockLength(timeWidth: 4) <= bytes.count else {
            throw TZifError(reason: "it is cut short")
        }
        return header
    }

    private func offsets(at start: Int, count: Int) throws(TZifError) -> [Int] {
        var offsets: [Int] = []
        for index in 0..<count {
            let offset = integer(at: start + 6 * index, width: 4)
            guard abs(offset) < ZoneTable.largestOffset else {
                throw TZifError(reason: "it has an offset of \(offset) s")
            }
            offsets.append(Int(offset))
        }
        return offsets
    }

    private func shifts(at start: Int, count: Int, offsets: [Int]) throws(TZifError) -> [ZoneShift] {
        var shifts: [ZoneShift] = []
        shifts.reserveCapacity(count)
        for index in 0..<count {
            let second = integer(at: start + 8 * index, width: 8)
            let type = Int(bytes[start + 8 * count + index])
            guard type < offsets.count else { throw TZifError(reason: "a shift has no offset") }
            guard second > shifts.last?.start ?? -Self.earliestMagnitude, second < Self.earliestMagnitude else {
                throw TZifError(reason: "its shifts are not in order")
            }
            shifts.append(ZoneShift(start: second, offset: offsets[type]))
        }
        return shifts
    }

    /// Just beyond the time that stands for "always" in files (-2⁵⁹ s), so that sums of times cannot overflow.
    private static let earliestMagnitude: Int64 = 1 << 60

    /// The footer: a rule between two line feeds, empty when the last offset holds for ever.
    private func rule(at start: Int) throws(TZifError) -> FooterRule? {
        let lineFeed = UInt8(ascii: "\n")
        guard bytes[start] == lineFeed, let end = bytes[(start + 1)...].firstIndex(of: lineFeed) else {
            throw TZifError(reason: "its footer is cut short")
        }
        return end == start + 1 ? nil : try FooterRule(parsing: bytes[(start + 1)..<end])
    }

    /// A big-endian integer with its sign.
    private func integer(at start: Int, width: Int) -> Int64 {
        var value: UInt64 = bytes[start] >= 0x80 ? ~0 : 0
        for byte in bytes[start..<start + width] { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value)
    }
}
