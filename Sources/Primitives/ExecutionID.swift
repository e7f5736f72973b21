package import struct FoundationEssentials.UUID

/// The name of a run that people and other systems see: a UUID of version 7, so names sort by time (RFC 9562 §5.7).
package struct ExecutionID: Sendable, Hashable, Codable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// Nil unless `text` is a UUID.
    package init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// A new name for a run that begins at `instant`.
    package static func make(at instant: Instant, using random: inout some RandomNumberGenerator) -> ExecutionID {
        let milliseconds = UInt64(clamping: instant.microseconds / 1_000)
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0x0FFF, using: &random)
        let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &random)
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        return ExecutionID(
            UUID(
                uuid: (
                    byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                    byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                    byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                    byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
                )))
    }

    /// A new name for a run that begins at `instant`, from the system's randomness.
    package static func make(at instant: Instant) -> ExecutionID {
        var random = SystemRandomNumberGenerator()
        return make(at: instant, using: &random)
    }

    package init(from decoder: any Decoder) throws {
        uuid = try decoder.singleValueContainer().decode(UUID.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension ExecutionID: CustomStringConvertible {
    package var description: String { uuid.uuidString.lowercased() }
}
