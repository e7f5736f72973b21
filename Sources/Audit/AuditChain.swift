import Crypto
package import Primitives

/// The codes of the chain: what each covers, in which bytes.
package enum AuditChain {
    /// Before the first entry.
    package static let origin = [UInt8](repeating: 0, count: 32)

    /// The code of an entry at its place.
    package static func mac(
        of entry: AuditEntry, sequence: Int64, at: Instant, after previous: [UInt8], key: AuditKey
    ) -> [UInt8] {
        var bytes = AuditBytes()
        bytes.append(previous)
        bytes.append(String(sequence))
        bytes.append(String(at.microseconds))
        bytes.append(entry.actor.name)
        bytes.append(entry.actor.uid.map(String.init))
        bytes.append(entry.channel.rawValue)
        bytes.append(entry.action)
        bytes.append(entry.subject)
        bytes.append(entry.reason)
        bytes.append(entry.before)
        bytes.append(entry.after)
        bytes.append(entry.request)
        bytes.append(key.fingerprint)
        return key.mac(of: bytes.bytes)
    }
}

/// Fields one after the other, each with its length: no two lists of fields make the same bytes.
private struct AuditBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ text: String?) {
        // A missing field is not an empty one.
        guard let text else { return bytes.append(0) }
        bytes.append(1)
        append(Array(text.utf8))
    }

    mutating func append(_ field: [UInt8]) {
        withUnsafeBytes(of: UInt64(field.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: field)
    }
}
