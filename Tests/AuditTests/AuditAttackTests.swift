import Primitives
import TestSupport
import Testing

@testable import Audit

/// Somebody who can write the database and does not hold the key. Each attack at a thousand random places.
@Suite struct AuditAttackTests {
    private static let count = 60
    private static let tries = 1_000
    private let chain = HonestChain(count)

    /// Every attack leaves rows numbered as they stand, as the primary key asks for.
    private func renumbered(_ entries: [ChainedEntry]) -> [ChainedEntry] {
        entries.enumerated().map { index, entry in
            var entry = entry
            entry.sequence = Int64(index + 1)
            return entry
        }
    }

    private func record(_ attack: String, missed: Int) throws {
        try Proof.record("audit.\(attack)", ["attacks": Self.tries, "missed": missed])
    }

    /// A head that says what the entries do.
    private func fittingHead(_ entries: [ChainedEntry]) -> AuditHead {
        guard let last = entries.last else {
            return AuditHead(sequence: 0, mac: ChainedEntry.origin, fingerprint: chain.key.fingerprint)
        }
        return AuditHead(sequence: last.sequence, mac: last.mac ?? [], fingerprint: chain.key.fingerprint)
    }

    private enum Column: Int, CaseIterable {
        case at, actor, uid, uidPresence, channel, action, subject, reasonPresence, reason, before, after, afterSpace
        case request, key, previous, mac, border
    }

    private func alter(_ column: Column, of entry: inout ChainedEntry, _ numbers: inout SeededNumbers) {
        switch column {
        case .at: entry.at += [-1, 1, 3_600_000_000].randomElement(using: &numbers) ?? 1
        case .actor: entry.actor = flipped(entry.actor, &numbers)
        case .uid: entry.uid = entry.uid.map { $0 ^ 1 } ?? 0
        case .uidPresence: entry.uid = entry.uid == nil ? 7 : nil
        case .channel: entry.channel = Array((entry.channel?.first == 100 ? "socket" : "daemon").utf8)
        case .action: entry.action = flipped(entry.action, &numbers)
        case .subject: entry.subject = flipped(entry.subject, &numbers)
        case .reasonPresence: entry.reason = entry.reason == nil ? [] : nil
        case .reason: entry.reason = flipped(entry.reason, &numbers)
        case .before: entry.before = flipped(entry.before, &numbers)
        case .after: entry.after = flipped(entry.after, &numbers)
        case .afterSpace: entry.after = (entry.after ?? []) + [32]
        case .request: entry.request = flipped(entry.request, &numbers)
        case .key: entry.key = flipped(entry.key, &numbers)
        case .previous: entry.previous = flipped(entry.previous, &numbers)
        case .mac: entry.mac = flipped(entry.mac, &numbers)
        case .border:
            // What one field loses the next one gains.
            entry.subject = (entry.action ?? []) + (entry.subject ?? [])
            entry.action = []
        }
    }

    private func flipped(_ bytes: [UInt8]?, _ numbers: inout SeededNumbers) -> [UInt8] {
        guard var bytes, !bytes.isEmpty else { return [65] }
        bytes[Int.random(in: bytes.indices, using: &numbers)] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &numbers)
        return bytes
    }

    @Test func `an altered field of any column is found where it is`() throws {
        var missed = 0
        var numbers = SeededNumbers(1)
        for turn in 0..<Self.tries {
            let index = Int.random(in: 0..<Self.count, using: &numbers)
            var entries = chain.entries
            let column = Column.allCases[turn % Column.allCases.count]
            alter(column, of: &entries[index], &numbers)
            // The one that alters the newest entry alters the head with it.
            let head = index == Self.count - 1 ? fittingHead(entries) : chain.head
            let found = chain.verdict(entries: entries, head: head).breakage
            if found == nil { missed += 1 }
            #expect(found?.sequence == Int64(index + 1), "\(column) of \(index + 1)")
            #expect(found?.kind == .altered || index == 0 && found?.kind == .wrongKey, "\(String(describing: found))")
        }
        try record("alter", missed: missed)
    }

    @Test func `an altered number is found`() {
        var numbers = SeededNumbers(2)
        for _ in 0..<Self.tries {
            let index = Int.random(in: 0..<Self.count, using: &numbers)
            var entries = chain.entries
            entries[index].sequence = Int64.random(in: 61...1_000, using: &numbers)
            entries.sort { $0.sequence < $1.sequence }
            let found = chain.verdict(entries: entries, head: chain.head).breakage
            #expect(found?.sequence == Int64(index + 1))
        }
    }

    @Test func `a deleted entry is found, also when those after it are numbered anew`() throws {
        var missed = 0
        var numbers = SeededNumbers(3)
        for turn in 0..<Self.tries {
            let first = Int.random(in: 0..<(Self.count - 1), using: &numbers)
            let last = min(Self.count - 2, first + Int.random(in: 0...3, using: &numbers))
            var entries = chain.entries
            entries.removeSubrange(first...last)
            if turn.isMultiple(of: 2) { entries = renumbered(entries) }
            let head = turn.isMultiple(of: 3) ? fittingHead(entries) : chain.head
            let found = chain.verdict(entries: entries, head: head).breakage
            if found == nil { missed += 1 }
            #expect(found?.sequence == Int64(first + 1))
            #expect(found?.kind == .deleted, "\(first)...\(last): \(String(describing: found))")
        }
        try record("delete", missed: missed)
    }

    @Test func `entries that changed places are found`() throws {
        var missed = 0
        var numbers = SeededNumbers(4)
        for _ in 0..<Self.tries {
            let first = Int.random(in: 0..<(Self.count - 1), using: &numbers)
            let second = Int.random(in: (first + 1)..<Self.count, using: &numbers)
            var entries = chain.entries
            entries.swapAt(first, second)
            entries = renumbered(entries)
            let found = chain.verdict(entries: entries, head: fittingHead(entries)).breakage
            if found == nil { missed += 1 }
            #expect(found?.sequence == Int64(first + 1))
            #expect(found?.kind == .reordered, "\(first), \(second): \(String(describing: found))")
        }
        try record("reorder", missed: missed)
    }

    @Test func `entries that were put in are found, forged or copied, linked or not`() throws {
        var missed = 0
        var numbers = SeededNumbers(5)
        for turn in 0..<Self.tries {
            let place = Int.random(in: 0...Self.count, using: &numbers)
            var entries = chain.entries
            for offset in 0...Int.random(in: 0...2, using: &numbers) {
                var forged = entries.randomElement(using: &numbers) ?? entries[0]
                if turn.isMultiple(of: 2) { forged.reason = Array("forged \(offset)".utf8) }
                if turn.isMultiple(of: 3), place > 0 { forged.previous = entries[place - 1].mac }
                entries.insert(forged, at: place)
            }
            entries = renumbered(entries)
            let head = turn.isMultiple(of: 2) ? fittingHead(entries) : chain.head
            let found = chain.verdict(entries: entries, head: head).breakage
            if found == nil { missed += 1 }
            #expect(found?.sequence == Int64(place + 1) || isCopyOfNext(entries, place), "\(place)")
            #expect(found != nil)
            if place < Self.count, found?.sequence == Int64(place + 1) {
                #expect(found?.kind == .inserted, "\(place): \(String(describing: found))")
            }
        }
        try record("insert", missed: missed)
    }

    /// A copy of the entry that belongs there anyway is none: the next one is then the copy.
    private func isCopyOfNext(_ entries: [ChainedEntry], _ place: Int) -> Bool {
        place < chain.entries.count && entries[place] == chain.entries[place]
    }

    @Test func `entries cut off at the end are found by the head`() throws {
        var missed = 0
        var numbers = SeededNumbers(6)
        for _ in 0..<Self.tries {
            let left = Int.random(in: 0..<Self.count, using: &numbers)
            let found = chain.verdict(entries: Array(chain.entries.prefix(left)), head: chain.head).breakage
            if found == nil { missed += 1 }
            #expect(found?.sequence == Int64(left + 1) && found?.kind == .truncated)
        }
        try record("truncate", missed: missed)
    }

    @Test func `a cut end with a head that fits, and a database set back, are found by an anchor`() throws {
        var missed = 0
        var numbers = SeededNumbers(7)
        for _ in 0..<Self.tries {
            let left = Int.random(in: 0..<Self.count, using: &numbers)
            let anchored = Int.random(in: (left + 1)...Self.count, using: &numbers)
            let entries = Array(chain.entries.prefix(left))
            let earlier = left > 0 ? [chain.anchor(at: Int.random(in: 0...left, using: &numbers))] : []
            let verdict = chain.verdict(
                anchors: [chain.anchor(at: anchored)] + earlier, entries: entries, head: fittingHead(entries))
            if verdict.breakage == nil { missed += 1 }
            #expect(verdict.breakage?.sequence == Int64(left + 1))
            #expect(verdict.breakage?.kind == .rolledBack)
        }
        try record("roll-back", missed: missed)
    }

    @Test func `a database that was set back and went on is found by an anchor`() {
        var numbers = SeededNumbers(8)
        for _ in 0..<Self.tries {
            let left = Int.random(in: 0..<Self.count, using: &numbers)
            var other = HonestChain(0, key: chain.key)
            other.entries = Array(chain.entries.prefix(left))
            other.head = fittingHead(other.entries)
            let grown = Int.random(in: 1...(Self.count - left), using: &numbers)
            for _ in 0..<grown { other.append("job.cancel") }
            let anchored = Int.random(in: (left + 1)...Self.count, using: &numbers)
            let verdict = other.verdict(anchors: [chain.anchor(at: anchored)])
            #expect(verdict.breakage?.kind == .rolledBack)
            #expect(verdict.breakage?.sequence == Int64(min(anchored, left + grown + 1)))
        }
    }

    @Test func `a head that was altered or removed is found`() {
        var heads: [AuditHead?] = [nil]
        for sequence in [0, 59, 61] as [Int64] {
            heads.append(AuditHead(sequence: sequence, mac: chain.head.mac, fingerprint: chain.key.fingerprint))
        }
        heads.append(AuditHead(sequence: 60, mac: ChainedEntry.origin, fingerprint: chain.key.fingerprint))
        heads.append(AuditHead(sequence: 60, mac: chain.head.mac, fingerprint: "0123456789abcdef"))
        heads.append(AuditHead(sequence: 60, mac: chain.head.mac, fingerprint: nil))
        for head in heads { #expect(chain.verdict(head: .some(head)).breakage != nil, "\(String(describing: head))") }
    }

    @Test func `an anchor that the key never signed is found out`() throws {
        let line = chain.anchor(at: 30).line
        let forged = try AuditAnchor(line: line.replacing("sequence=30", with: "sequence=31"))
        let found = chain.verdict(anchors: [forged]).breakage
        #expect(found?.kind == .forgedAnchor && found?.sequence == 31)
    }
}
