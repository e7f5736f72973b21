import Glibc
import TestSupport

/// What chance is made of: every test says its seed before it uses it.
enum Seed {
    /// `BURSAR_SEED`, or one of its own.
    static let ofThisRun = getenv("BURSAR_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 1...(1 << 62))

    /// Numbers of this run, another row of them for each `salt`.
    static func numbers(_ salt: UInt64 = 0) -> RandomNumbers {
        RandomNumbers(seed: ofThisRun &+ salt &* 0x9E37_79B9_7F4A_7C15)
    }
}
