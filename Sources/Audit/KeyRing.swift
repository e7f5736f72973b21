/// The keys that a chain was, or may have been, signed with, by their fingerprints.
struct KeyRing: Sendable {
    private let keys: [[UInt8]: AuditKey]
    /// In the order in which they were given.
    let all: [AuditKey]

    init(_ keys: [AuditKey]) {
        all = keys
        self.keys = Dictionary(keys.map { (Array($0.fingerprint.utf8), $0) }) { first, _ in first }
    }

    subscript(fingerprint: [UInt8]?) -> AuditKey? {
        fingerprint.flatMap { keys[$0] }
    }

    /// The key under which an entry has its code, at the number it has or at another.
    func signer(of entry: ChainedEntry, at sequence: Int64) -> AuditKey? {
        guard let key = self[entry.key] else { return nil }
        var entry = entry
        entry.sequence = sequence
        return entry.isGenuine(key) ? key : nil
    }
}
