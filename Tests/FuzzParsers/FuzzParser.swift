package import TestSupport

/// A reader and what must hold of it.
package struct FuzzParser: Sendable {
    /// In one word, as the record and the scripts call it.
    package let name: String
    /// Honest inputs to begin with.
    package let seeds: [[UInt8]]
    /// What means something to the reader: put in anywhere.
    package let pieces: [[UInt8]]
    /// Writes an input that is honest or nearly so, where that can be said in a few lines.
    let generate: (@Sendable (inout RandomNumbers) -> [UInt8])?
    /// Reads the input. True when the reader accepted it.
    package let check: @Sendable (UnsafeRawBufferPointer) throws(BrokenProperty) -> Bool

    package init(
        _ name: String, seeds: [[UInt8]], pieces: [[UInt8]] = [],
        generate: (@Sendable (inout RandomNumbers) -> [UInt8])? = nil,
        check: @escaping @Sendable (UnsafeRawBufferPointer) throws(BrokenProperty) -> Bool
    ) {
        self.name = name
        self.seeds = seeds
        self.pieces = pieces
        self.generate = generate
        self.check = check
    }

    /// All that need no key and no database.
    package static let all: [FuzzParser] = [
        .cron, .zone, .batch, .configuration, .row, .copy, .json, .address, .time, .percent,
    ]
}

/// What a reader did that it must not do.
package struct BrokenProperty: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Throws unless it holds.
package func require(_ holds: Bool, _ complaint: @autoclosure () -> String) throws(BrokenProperty) {
    if !holds { throw BrokenProperty(complaint()) }
}

extension String {
    /// As readers of text get their input: what is no UTF-8 is replaced.
    package init(fuzzed input: UnsafeRawBufferPointer) {
        self.init(decoding: input, as: UTF8.self)
    }
}

extension UnsafeRawBufferPointer {
    /// A number that the input decides, for what must vary beside it.
    var digest: UInt64 {
        reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
}
