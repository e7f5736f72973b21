import TestSupport

/// Inputs without end: honest ones, and what is left of them after a few damages.
struct FuzzInputs {
    private static let longest = 4_096
    private static let damagesMax = 5
    /// How many inputs that were accepted are kept to be damaged again.
    private static let keptMax = 256
    private static let numbers = [
        "0", "-1", "1", "7", "8", "23", "24", "31", "32", "59", "60", "127", "128", "255", "256", "32767", "32768",
        "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "1e999",
        "00000000000000000000001",
    ].map { Array($0.utf8) }
    private static let bytes: [UInt8] = [0, 1, 0x0A, 0x20, 0x22, 0x2C, 0x3A, 0x5C, 0x7F, 0x80, 0xC3, 0xFE, 0xFF]

    private let parser: FuzzParser
    private var random: RandomNumbers
    private var kept: [[UInt8]]
    private var current: [UInt8] = []

    init(_ parser: FuzzParser, seed: UInt64) {
        self.parser = parser
        random = RandomNumbers(seed: seed)
        kept = parser.seeds
    }

    mutating func next() -> [UInt8] {
        if let generate = parser.generate, random.below(2) == 0 {
            current = generate(&random)
        } else {
            current = random.pick(kept)
            if current.count > 64, random.below(3) == 0 { cutOut() }
        }
        for _ in 0..<random.below(Self.damagesMax) { damage() }
        if current.count > Self.longest { current.removeLast(current.count - Self.longest) }
        return current
    }

    /// The last input was accepted: others are made from it.
    mutating func keep() {
        guard random.below(16) == 0 else { return }
        if kept.count < Self.keptMax {
            kept.append(current)
        } else {
            // What one began with stays.
            let seeds = parser.seeds.count
            kept[seeds + random.below(kept.count - seeds)] = current
        }
    }

    private mutating func cutOut() {
        let start = random.below(current.count)
        let length = 1 + random.below(current.count - start)
        current = Array(current[start..<start + length])
    }

    private mutating func damage() {
        let place = random.below(current.count + 1)
        let end = min(current.count, place + 1 + random.below(12))
        switch random.below(10) {
        case 0: current.removeSubrange(place..<end)
        case 1: current.insert(contentsOf: Array(current[place..<end]), at: random.below(current.count + 1))
        case 2: if place < current.count { current[place] = UInt8(truncatingIfNeeded: random.next()) }
        case 3: if place < current.count { current[place] ^= 1 << UInt8(random.below(8)) }
        case 4: if place < current.count { current[place] = random.pick(Self.bytes) }
        case 5: replaceNumber(near: place)
        case 6:
            let other = random.pick(kept)
            let tail = other[random.below(other.count + 1)...]
            current.replaceSubrange(place..., with: tail)
        default:
            guard !parser.pieces.isEmpty else { return current.insert(UInt8(random.below(256)), at: place) }
            current.insert(contentsOf: random.pick(parser.pieces), at: place)
        }
    }

    private mutating func replaceNumber(near place: Int) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let start = current[place...].firstIndex(where: digits.contains) else { return }
        let end = current[start...].firstIndex { !digits.contains($0) } ?? current.endIndex
        current.replaceSubrange(start..<end, with: random.pick(Self.numbers))
    }
}
