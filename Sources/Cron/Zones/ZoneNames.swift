/// All names that a machine knows, kept ready to find the one that a wrong text was meant to be.
struct ZoneNames: Sendable {
    private struct Entry: Sendable {
        let name: String
        let folded: [UInt8]
        let letters: UInt64
    }

    private let entries: [Entry]

    init(_ names: [String]) {
        entries = names.map { name in
            let folded = Self.folded(name)
            return Entry(name: name, folded: folded, letters: Self.letters(of: folded))
        }
    }

    /// The name that was probably meant: the same in other letters, the city alone, or a slip of the pen away.
    func nearest(to text: String) -> String? {
        guard !text.isEmpty, text.utf8.count <= ZoneName.longest else { return nil }
        let wanted = Self.folded(text)
        let letters = Self.letters(of: wanted)
        var best: String?
        // In a short text one other letter is another word: PST is no slip for EST.
        var bestDistance = wanted.count < 5 ? 1 : wanted.count / 5 + 2
        for entry in entries {
            if entry.folded == wanted || Self.isCity(wanted, of: entry.folded) { return entry.name }
            // A lower bound of the distance that costs next to nothing: most names are far away.
            guard (letters & ~entry.letters).nonzeroBitCount < bestDistance,
                let distance = Self.distance(wanted, entry.folded, below: bestDistance)
            else { continue }
            (best, bestDistance) = (entry.name, distance)
        }
        return best
    }

    /// Small letters, and `_` for what people type instead.
    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: " "), UInt8(ascii: "-"): UInt8(ascii: "_")
            case UInt8(ascii: "\\"): UInt8(ascii: "/")
            default: byte
            }
        }
    }

    /// Which letters occur, as bits.
    private static func letters(of bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0) { $0 | 1 << UInt64($1 & 0x3F) }
    }

    private static func isCity(_ text: [UInt8], of name: [UInt8]) -> Bool {
        let start = name.count - text.count
        return text.count >= 4 && start > 0 && name[start - 1] == UInt8(ascii: "/")
            && name[start...].elementsEqual(text)
    }

    /// How many letters must change to get from one to the other (Levenshtein), nil when not below `limit`.
    private static func distance(_ left: [UInt8], _ right: [UInt8], below limit: Int) -> Int? {
        guard abs(left.count - right.count) < limit else { return nil }
        var previous = Array(0...right.count)
        var current = previous
        for (row, byte) in left.enumerated() {
            current[0] = row + 1
            for column in right.indices {
                let replaced = previous[column] + (right[column] == byte ? 0 : 1)
                current[column + 1] = min(replaced, previous[column + 1] + 1, current[column] + 1)
            }
            swap(&previous, &current)
        }
        let distance = previous[right.count]
        return distance < limit ? distance : nil
    }
}
