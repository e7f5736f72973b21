import Primitives

extension Schedule {
    /// How much later than its instant the job of a tick begins: less than `stagger`, and before the next tick.
    ///
    /// A hash of the schedule's name and the tick's key, which no build may ever change: whoever decides the tick,
    /// and however often, finds the same offset.
    func stagger(ofKey key: String, at instant: Instant, before following: Instant?) -> Duration {
        var room = stagger?.wholeMicroseconds ?? 0
        if let following { room = min(room, (following - instant).wholeMicroseconds) }
        guard room > 0 else { return .zero }
        let offset = Self.hash(name + "\n" + key).multipliedFullWidth(by: UInt64(room)).high
        return .microseconds(Int64(offset))
    }

    /// FNV-1a, its bits stirred as in MurmurHash3: names that differ in one letter lie far apart.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
