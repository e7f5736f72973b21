import Crypto

package import struct FoundationEssentials.UUID

/// The name under which another company knows one of our requests: the same for the same decision, for ever.
///
/// A UUID of version 5 (RFC 9562 §5.5): a restored backup or a lost standby mints the same one again. It is also our
/// reference, by which the effect is found there. Letters, digits and hyphens, 36 of them: every company takes that.
package struct IdempotencyKey: Sendable, Hashable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// Nil unless `text` is a UUID.
    package init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// Of a decision to have something done by another company.
    package static func ofIntent(
        target: String, operation: String, businessKey: String, revision: Int
    ) -> IdempotencyKey {
        make(["intent", target, operation, businessKey, String(revision)])
    }

    /// Of a message: what a receiver knows a repetition by.
    package static func ofMessage(kind: String, dedupeKey: String) -> IdempotencyKey {
        make(["message", kind, dedupeKey])
    }

    /// The name space of all keys. Never changes: every key ever made hangs on it.
    private static let space: [UInt8] = [
        0x4B, 0x1F, 0x6E, 0x0C, 0x52, 0x9D, 0x4A, 0x37, 0x9C, 0x61, 0x0E, 0x83, 0xD5, 0x2A, 0x7B, 0x90,
    ]

    /// Each field with its length, so that no two lists of fields are the same name.
    private static func make(_ fields: [String]) -> IdempotencyKey {
        var hash = Insecure.SHA1()
        hash.update(data: space)
        for field in fields { hash.update(data: Array("\(field.utf8.count):\(field)".utf8)) }
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        return IdempotencyKey(
            UUID(
                uuid: (
                    bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                    bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
                )))
    }
}

extension IdempotencyKey: CustomStringConvertible {
    package var description: String { uuid.uuidString.lowercased() }
}
