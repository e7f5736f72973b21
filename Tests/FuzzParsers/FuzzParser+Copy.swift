import Primitives
import TestSupport

@testable import Postgres

extension FuzzParser {
    /// What a binary COPY brings: however the bytes are cut into messages, the rows are the same. The first byte says
    /// where they are cut.
    static let copy = FuzzParser(
        "copy", seeds: CopyBytes.seeds,
        pieces: [
            [0, 0], [0, 1], [255, 255], [0, 2], [0, 0, 0, 0], [255, 255, 255, 255], [0, 0, 0, 8], [0, 0, 0, 4],
            [127, 255, 255, 255], [127, 255], [128, 0],
        ],
        generate: { CopyBytes.next(&$0) }
    ) { (input) throws(BrokenProperty) in
        guard let cut = input.first else { return false }
        let bytes = UnsafeRawBufferPointer(rebasing: input[1...])
        let whole = CopyBytes.read(bytes, inPiecesOf: max(bytes.count, 1))
        let pieces = CopyBytes.read(bytes, inPiecesOf: 1 + Int(cut) % 37)
        try require(whole == pieces, "in pieces of \(1 + Int(cut) % 37) bytes it reads \(pieces), whole \(whole)")
        return whole.isComplete
    }
}

/// What is known of the format.
private enum CopyBytes {
    struct Outcome: Equatable {
        var fields: [String] = []
        var isRefused = false
        var isComplete = false
    }

    static func read(_ bytes: UnsafeRawBufferPointer, inPiecesOf size: Int) -> Outcome {
        var outcome = Outcome()
        var parser = CopyParser()
        var rest = bytes[...]
        do {
            while !rest.isEmpty {
                let piece = rest.prefix(size)
                rest = rest.dropFirst(size)
                try parser.feed(UnsafeRawBufferPointer(rebasing: piece)) { take(&$0, into: &outcome) }
            }
            try parser.checkEnd()
            outcome.isComplete = true
        } catch {
            // The pieces may tell a fault later than the whole does; that it is one they must both tell.
            outcome.isRefused = true
        }
        return outcome
    }

    private static func take(_ row: inout CopyRow, into outcome: inout Outcome) {
        for column in 0..<row.columnCount {
            switch column % 4 {
            case 0: outcome.fields.append("\((try? row.next([UInt8]?.self)) as [UInt8]??)")
            case 1: outcome.fields.append("\((try? row.next(Int64?.self)) as Int64??)")
            case 2: outcome.fields.append("\((try? row.next(String?.self)) as String??)")
            default:
                row.skip()
                outcome.fields.append("skipped")
            }
        }
        let beyond: Int64? = try? row.next()
        outcome.fields.append(beyond == nil ? "end" : "more")
    }

    static let header: [UInt8] = CopyFormat.signature + [0, 0, 0, 0, 0, 0, 0, 0]

    static let seeds: [[UInt8]] = [
        [5] + header + [255, 255],
        [1] + header + [0, 2, 0, 0, 0, 1, 65, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7, 255, 255],
        [9] + header + [
            0, 1, 255, 255, 255, 255, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 0, 0, 0, 2, 104, 105, 255, 255,
        ],
        [3] + CopyFormat.signature + [0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 255, 255],
    ]

    static func next(_ random: inout RandomNumbers) -> [UInt8] {
        var bytes = [UInt8(random.below(256))] + header
        for _ in 0..<random.below(5) {
            let columns = random.below(6)
            bytes += [0, UInt8(columns)]
            for _ in 0..<columns {
                let size = random.pick([0, 1, 2, 4, 8, 40])
                bytes += random.below(5) == 0 ? [255, 255, 255, 255] : [0, 0, 0, UInt8(size)]
                if bytes.last != 255 { for _ in 0..<size { bytes.append(UInt8(random.below(256))) } }
            }
        }
        return bytes + (random.below(8) == 0 ? [] : [255, 255])
    }
}
