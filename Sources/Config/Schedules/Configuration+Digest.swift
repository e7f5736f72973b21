import Cron

extension Configuration {
    /// Tells the schedules of two configurations apart: 32 hexadecimal digits over all that the schedules say, switches
    /// from outside them included. The same on every machine. No defence against someone who wants two to collide.
    package var schedulesDigest: String {
        var hash = FowlerNollVo128()
        hash.add("bursar schedules 1")
        for schedule in schedules {
            hash.add(schedule.name)
            hash.add(schedule.kind)
            hash.add(schedule.payload)
            hash.add(schedule.cron.text.split { $0 == " " || $0 == "\t" }.joined(separator: " "))
            hash.add(schedule.zone.identifier)
            hash.add(schedule.daysEither ? "either" : "")
            hash.add(schedule.money ? "money" : "")
            hash.add(schedule.catchUp.rawValue)
            hash.add(String(schedule.catchUpLimit))
            hash.add(schedule.maxLateness?.settingText ?? "none")
            hash.add(schedule.overlap.rawValue)
            hash.add(schedule.pauseOnFailure ? "pause" : "")
            hash.add(schedule.stagger.settingText)
            hash.add(isEnabled(schedule) ? "enabled" : "")
        }
        return hash.hexadecimal
    }
}

/// FNV-1a of 128 bits.
private struct FowlerNollVo128 {
    private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

    /// Adds a field. Its length goes first, so that no two lists of fields read alike.
    mutating func add(_ field: String) {
        add(bytes: String(field.utf8.count).utf8)
        add(bytes: ":".utf8)
        add(bytes: field.utf8)
    }

    private mutating func add(bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt128(byte)) &* Self.prime }
    }

    var hexadecimal: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
