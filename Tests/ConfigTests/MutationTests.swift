import Config
import FoundationEssentials
import Testing

struct MutationTests {
    private static let rounds = 2_000
    /// Pieces that mean something to YAML or to this configuration.
    private static let pieces: [[UInt8]] =
        [
            "\n", "\t", " ", "  ", ":", ": ", "- ", "#", "*", "&a ", "*a", "!", "!!int ", "{", "}", "[", "]", ",", "\"",
            "'", "|", ">-",
            "%", "@", "`", "?", "? ", "---\n", "...\n", "<<: ", "\\", "~", "null", "\r", "\r\n", "é", "\u{85}",
            "\u{2028}", "\u{FEFF}",
            "\u{1F600}", "0", "-1", "99999999999", "30s", "schedules:", "engine:", "workers: 4\n", "cron: ", "\u{0}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5]]

    @Test func `no damaged file crashes, and every error has its place in the file`() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "config/bursar.yaml")
        let original = [UInt8](try Data(contentsOf: path))
        let seed = UInt64.random(in: .min ... .max)
        print("seed of the damaged files: \(seed)")
        var random = SplitMix(state: seed)
        let loader = ConfigurationLoader(environment: [:])
        var refused = 0
        for round in 0..<Self.rounds {
            let bytes = Self.damaged(original, using: &random)
            do {
                _ = try loader.load(sources: [ConfigurationSource(file: "bursar.yaml", bytes: bytes)])
            } catch {
                refused += 1
                let lines = Self.lines(of: bytes)
                for found in error.errors {
                    let isInside = Self.isInside(found, lines)
                    #expect(isInside, "seed \(seed), round \(round): \(found) lies outside")
                    #expect(!found.message.isEmpty)
                }
                #expect(
                    error.errors
                        == error.errors.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) })
            }
        }
        #expect(refused > Self.rounds / 2)
    }

    private static func isInside(_ error: ConfigurationError, _ lines: [Int]) -> Bool {
        guard let line = error.line, let column = error.column, lines.indices.contains(line - 1) else { return false }
        return (1...lines[line - 1] + 1).contains(column)
    }

    /// The length of each line in scalars; a byte that is no UTF-8 counts as one.
    private static func lines(of bytes: [UInt8]) -> [Int] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map(\.count)
    }

    private static func damaged(_ original: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var bytes = original
        // Half of the files are short ones, whose structure breaks more easily.
        if Bool.random(using: &random) {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            bytes = Array(bytes[start..<min(bytes.count, start + Int.random(in: 1...900, using: &random))])
        }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            case 2: if place < bytes.count { bytes[place] = UInt8.random(in: .min ... .max, using: &random) }
            default: bytes.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &random)], at: place)
            }
        }
        return bytes
    }
}

/// A small generator that one number starts.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
