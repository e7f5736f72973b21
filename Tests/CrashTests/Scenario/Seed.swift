import Glibc

/// Chance that can be had again: every test says its seed before it uses it.
struct Seed: RandomNumberGenerator, Sendable {
    let first: UInt64
    private var state: UInt64

    /// `BURSAR_SEED`, or one of its own.
    static var ofThisRun: Seed {
        let given = getenv("BURSAR_SEED").flatMap { UInt64(String(cString: $0)) }
        return Seed(given ?? UInt64.random(in: 1...UInt64(Int64.max)))
    }

    init(_ first: UInt64) {
        self.first = first
        state = first
    }

    /// SplitMix64 (Steele, Lea, Flood).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
