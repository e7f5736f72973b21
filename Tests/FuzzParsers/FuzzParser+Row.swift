import FoundationEssentials
import Primitives
import TestSupport

@testable import Postgres

extension FuzzParser {
    /// Values as PostgreSQL sends them. The first byte chooses the Swift type, the second what the column says it is,
    /// the rest is the value.
    static let row = FuzzParser(
        "row", seeds: WireText.seeds, pieces: WireText.pieces,
        generate: { WireText.next(&$0) }
    ) { (input) throws(BrokenProperty) in
        guard input.count >= 2 else { return false }
        let value = UnsafeRawBufferPointer(rebasing: input[2...])
        let readers = WireText.readers
        return try readers[Int(input[0]) % readers.count](value, input[1])
    }
}

/// What is known of values on the wire.
private enum WireText {
    typealias Reader = @Sendable (UnsafeRawBufferPointer, UInt8) throws(BrokenProperty) -> Bool

    static let readers: [Reader] = [
        reader(Bool.self), reader(UInt8.self), reader(Int16.self), reader(Int32.self), reader(Int64.self),
        reader(Int.self), reader(Double.self), reader(String.self), reader(UUID.self), reader(ExecutionID.self),
        reader(Instant.self), reader(CivilDate.self), reader(JSONText.self),
    ].flatMap { $0 }

    /// The type itself, as an optional, and as arrays of both.
    private static func reader<Value: PostgresCodable & Hashable & SendableMetatype>(_: Value.Type) -> [Reader] {
        [single(Value.self), single(Value?.self), single([Value].self), single([Value?].self)]
    }

    private static func single<Value: PostgresCodable & Hashable & SendableMetatype>(_: Value.Type) -> Reader {
        { (bytes, said) throws(BrokenProperty) in
            let types: [UInt32] = [0, Value.wireType.oid, 25, 20, 16_400]
            let field = Field(bytes: bytes, type: types[Int(said) % types.count], column: 0)
            guard let value = try? Value(from: field) else { return false }
            var writer = WireWriter()
            value.encode(to: &writer)
            // A date or an instant may be read that lies beyond what is sent; it is refused and nothing else.
            if writer.failure != nil { return true }
            let again = writer.bytes.withUnsafeBytes { written in
                try? Value(from: Field(bytes: written, type: Value.wireType.oid, column: 0))
            }
            let isSame = again == value || "\(String(describing: again))" == "Optional(\(value))"
            try require(isSame, "\(Value.self): \(value) was written and read as \(String(describing: again))")
            return true
        }
    }

    static let seeds: [[UInt8]] = [
        [0, 0, 1], [8, 1, 0, 7], [12, 1, 0, 0, 0, 9], [16, 1, 0, 0, 0, 0, 0, 0, 1, 0],
        [24, 1, 0x40, 9, 0, 0, 0, 0, 0, 0],
        [28, 1, 0x68, 0x69], [32, 1] + Array(1...16), [40, 1, 0, 2, 0xA9, 0x5C, 0x3D, 0x1E, 0, 0],
        [44, 1, 0, 0, 0x20, 0],
        [48, 1, 1, 0x7B, 0x7D], [6, 1] + Array("bytes".utf8),
        [
            14, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 4, 0,
            0, 0, 6,
        ],
        [
            31, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x68, 0x69, 255, 255, 255,
            255,
        ],
    ]

    static let pieces: [[UInt8]] = [
        [0, 0, 0, 0], [0, 0, 0, 1], [255, 255, 255, 255], [127, 255, 255, 255], [128, 0, 0, 0], [0, 0, 0, 4],
        [0, 0, 0, 8],
        [0, 0, 0, 16], [0, 0, 0, 23], [0, 0, 0, 20], [0, 0, 0, 25], [127, 255, 255, 255, 255, 255, 255, 255],
        [128, 0, 0, 0, 0, 0, 0, 0], [0xC3, 0xA9], [0xED, 0xA0, 0x80], [0x7F, 0xF8, 0, 0, 0, 0, 0, 0], [1], [0],
    ]

    /// An array whose frame fits, of elements that may.
    static func next(_ random: inout RandomNumbers) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(random.below(readers.count)), UInt8(random.below(3))]
        let oids: [UInt8] = [16, 17, 18, 20, 21, 23, 25]
        let width = random.pick([1, 2, 4, 8, 16])
        if random.below(4) == 0 {
            for _ in 0..<width { bytes.append(UInt8(random.below(256))) }
            return bytes
        }
        let count = random.below(5)
        bytes += [0, 0, 0, 1, 0, 0, 0, UInt8(random.below(2)), 0, 0, 0, random.pick(oids), 0, 0, 0, UInt8(count)]
        bytes += [0, 0, 0, 1]
        for _ in 0..<count {
            if random.below(6) == 0 {
                bytes += [255, 255, 255, 255]
            } else {
                bytes += [0, 0, 0, UInt8(width)]
                for _ in 0..<width { bytes.append(UInt8(random.below(256))) }
            }
        }
        return bytes
    }
}
