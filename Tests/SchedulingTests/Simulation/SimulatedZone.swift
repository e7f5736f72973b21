import Cron
import Primitives
import TestSupport

/// A zone around one shift of its clock, as an older and as a newer set of zone files has it.
struct SimulatedZone {
    /// By version: 0 before the update, 1 after it.
    let versions: [Zone]

    private static let shifts = [900, 1_800, 3_600, 3_600, 3_600, 7_200, 86_400]

    /// A zone that no file has: any offset, a shift of any size, and an update that moves, turns or drops it.
    init(_ identifier: String, shiftAt instant: Instant, using random: inout RandomNumbers) throws {
        let shift = random.pick(Self.shifts) * (random.below(2) == 0 ? 1 : -1)
        // Before and after it no offset is as large as a file may not have.
        let offset = 900 * (random.below(13) - 6) - shift / 1_800 * 900
        let old = [Shift(start: instant.seconds, offset: offset + shift)]
        let new: [Shift]
        switch random.below(5) {
        case 0: new = []
        case 1: new = [Shift(start: instant.seconds, offset: offset - shift / 4)]
        case 2: new = [Shift(start: instant.seconds + Int64(random.below(97) - 48) * 3_600, offset: offset + shift)]
        case 3: new = [Shift(start: instant.seconds - 86_400, offset: offset + shift / 2)] + old
        default: new = old
        }
        versions = try [old, new].map { try Self.zone(identifier, offset: offset, $0) }
    }

    /// A zone of this machine, which no update changes.
    init(_ identifier: String) throws {
        versions = [try Zone(identifier), try Zone(identifier)]
    }

    private struct Shift {
        let start: Int64
        let offset: Int
    }

    private static func zone(_ identifier: String, offset: Int, _ shifts: [Shift]) throws -> Zone {
        let offsets = [offset] + shifts.map(\.offset)
        var bytes = header(shifts: 0, types: 0, names: 0) + header(shifts: shifts.count, types: offsets.count, names: 4)
        for shift in shifts { bytes += bigEndian(shift.start, width: 8) }
        bytes += shifts.indices.map { UInt8($0 + 1) }
        for offset in offsets { bytes += bigEndian(Int64(offset), width: 4) + [0, 0] }
        return try Zone(identifier: identifier, tzif: bytes + Array("XXX\0\n\n".utf8))
    }

    private static func header(shifts: Int, types: Int, names: Int) -> [UInt8] {
        Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
            + [0, 0, 0, shifts, types, names].flatMap { bigEndian(Int64($0), width: 4) }
    }

    private static func bigEndian(_ value: Int64, width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
    }
}
