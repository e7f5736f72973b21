import Primitives

/// Follows a chain from its first entry and stops at the first that does not continue it. Pure: entries go in one by
/// one, by ascending number; the verdict comes out.
package struct AuditVerifier: Sendable {
    private let ring: KeyRing
    private let head: AuditHead?
    private var anchors: AnchorCheck

    private var expected: Int64 = 1
    private var previous = ChainedEntry.origin
    /// The key whose turn it is: as bytes, to compare entry by entry.
    private var currentKey: AuditKey?
    private var currentName: [UInt8]?
    private var restores: [AuditVerdict.Restore] = []
    /// The entry that did not fit, and those after it.
    private var suspects: [ChainedEntry] = []

    private static let keyChanged = Array(AuditTrail.keyChanged.utf8)
    private static let restored = Array(AuditTrail.databaseRestored.utf8)

    /// - Parameter head: as the database had it when the first entry was read.
    package init(keys: [AuditKey], anchors: AnchorFile, head: AuditHead?) {
        ring = KeyRing(keys)
        self.anchors = AnchorCheck(anchors, ring: ring)
        self.head = head
    }

    /// Takes the next entry. False once nothing more can change the verdict.
    package mutating func take(_ entry: ChainedEntry) -> Bool {
        if suspects.isEmpty, let key = keyOfTurn(entry), entry.sequence == expected, entry.previous == previous,
            let mac = entry.mac, mac == entry.code(key) {
            accept(entry, mac: mac, key: key)
            return true
        }
        suspects.append(entry)
        return suspects.count <= ChainDiagnosis.lookAhead
    }

    /// The key that must have signed this entry, if it is there and it did say so.
    private func keyOfTurn(_ entry: ChainedEntry) -> AuditKey? {
        if let currentName { return entry.key == currentName ? currentKey : nil }
        return ring[entry.key]
    }

    private mutating func accept(_ entry: ChainedEntry, mac: [UInt8], key: AuditKey) {
        if entry.action == Self.restored {
            restores.append(
                AuditVerdict.Restore(
                    sequence: entry.sequence, at: Instant(microseconds: entry.at),
                    actor: String(decoding: entry.actor ?? [], as: UTF8.self)))
        }
        anchors.pass(entry.sequence, mac: mac, restores: restores)
        if currentName == nil || entry.action == Self.keyChanged {
            currentKey = key
            currentName = entry.key
        }
        if entry.action == Self.keyChanged { goOver(to: entry.after) }
        previous = mac
        expected += 1
    }

    /// The key of the next entries: one that was given, or none, which the next entry then tells of.
    private mutating func goOver(to announced: [UInt8]?) {
        currentKey = ring.all.first { Array(AuditTrail.keyJSON($0).utf8) == announced }
        currentName = currentKey.map { Array($0.fingerprint.utf8) } ?? announced ?? []
    }

    /// What can be said once all entries were taken.
    package mutating func finish() -> AuditVerdict {
        var verdict = AuditVerdict(entries: expected - 1)
        let chainBreak = suspects.isEmpty ? brokenEnd() : diagnosis()
        if chainBreak == nil { anchors.passEnd(last: expected - 1, restores: restores) }
        // Whichever is first; an anchor that does not fit says more than the place where the chain ends.
        let found = [anchors.failure, chainBreak].compactMap(\.self)
        verdict.breakage = found.min { $0.sequence < $1.sequence }
        verdict.foreignKey = foreignKey(verdict.breakage)
        verdict.restores = restores
        verdict.anchors = anchors.summary
        verdict.newestAnchor = anchors.newest
        return verdict
    }

    /// Keys of something else are no sign that this was changed. One that signed an anchor is no such key.
    private func foreignKey(_ breakage: AuditBreak?) -> String? {
        guard expected == 1, breakage?.kind == .wrongKey, !anchors.knowsKey, let name = suspects.first?.key,
            ring[name] == nil, ring[head?.fingerprint.map { Array($0.utf8) }] == nil
        else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    private func diagnosis() -> AuditBreak {
        ChainDiagnosis(
            ring: ring, expected: expected, previous: previous, current: currentKey,
            headSequence: head?.sequence ?? .max, rows: suspects
        ).finding()
    }

    /// Whether the head is the last entry.
    private func brokenEnd() -> AuditBreak? {
        let last = expected - 1
        guard let head else { return AuditBreak(.altered, at: last, "the head of the audit is missing") }
        if head.sequence > last {
            let isOne = head.sequence == expected
            let what = isOne ? "entry \(expected) is" : "entries \(expected) to \(head.sequence) are"
            return AuditBreak(.truncated, at: expected, "\(what) missing at the end")
        }
        if head.sequence < last {
            return AuditBreak(
                .altered, at: head.sequence, "the head was set back to entry \(head.sequence); \(last) is the last")
        }
        if head.mac != previous { return AuditBreak(.altered, at: last, "the head's code is not the last entry's") }
        let turn = currentName.map { String(decoding: $0, as: UTF8.self) }
        if let turn, head.fingerprint != turn {
            let isAnnounced = currentKey == nil && head.fingerprint.map { turn.contains("\"\($0)\"") } == true
            if !isAnnounced { return AuditBreak(.altered, at: last, "the head names another key than the last entry") }
        }
        return nil
    }
}
