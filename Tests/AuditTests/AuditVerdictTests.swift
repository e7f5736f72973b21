import Primitives
import Testing

@testable import Audit

@Suite struct AuditVerdictTests {
    @Test(arguments: [0, 1, 2, 17, 400])
    func `an honest chain is whole, with and without anchors`(count: Int) {
        let chain = HonestChain(count)
        #expect(chain.verdict().breakage == nil)
        let verdict = chain.verdict(anchors: (0...count).map(chain.anchor))
        #expect(verdict.breakage == nil)
        #expect(verdict.entries == Int64(count) && verdict.anchors.held == count + 1 && verdict.beyondAnchor == 0)
    }

    @Test func `what is newer than the anchor is counted and said`() {
        let chain = HonestChain(50)
        let verdict = chain.verdict(anchors: [chain.anchor(at: 10), chain.anchor(at: 42)])
        #expect(verdict.breakage == nil && verdict.beyondAnchor == 8)
        #expect(verdict.newestAnchor == chain.anchor(at: 42))
        #expect(verdict.limits[0].hasPrefix("8 of these entries are newer than the newest anchor (entry 42"))
        #expect(chain.verdict().limits[0].hasPrefix("there was no anchor"))
    }

    @Test func `a chain is followed over a change of its key by whoever has both`() throws {
        let next = AuditKey.random()
        var chain = HonestChain(20)
        chain.append(AuditTrail.keyChanged, after: AuditTrail.keyJSON(next))
        chain.head.fingerprint = next.fingerprint
        #expect(chain.verdict(keys: [next, chain.key]).breakage == nil)
        #expect(chain.verdict(keys: [chain.key]).breakage == nil)
        for _ in 0..<20 { chain.append(by: next) }
        #expect(chain.verdict(keys: [chain.key, next]).breakage == nil)

        let withoutNew = try #require(chain.verdict(keys: [chain.key]).breakage)
        #expect(withoutNew.kind == .wrongKey && withoutNew.sequence == 22)
        let withoutOld = try #require(chain.verdict(keys: [next]).breakage)
        #expect(withoutOld.kind == .wrongKey && withoutOld.sequence == 1)
        #expect(withoutOld.detail.contains(chain.key.fingerprint))
    }

    @Test func `a key that the chain went over from signs no more`() throws {
        let next = AuditKey.random()
        var chain = HonestChain(5)
        chain.append(AuditTrail.keyChanged, after: AuditTrail.keyJSON(next))
        chain.append()
        chain.append()
        let found = try #require(chain.verdict(keys: [chain.key, next]).breakage)
        #expect(found.kind == .wrongKey && found.sequence == 7)
    }

    @Test func `a key that no entry announced signs nothing`() throws {
        let other = AuditKey.random()
        var chain = HonestChain(5)
        chain.append(by: other)
        let found = try #require(chain.verdict(keys: [chain.key, other]).breakage)
        #expect(found.kind == .wrongKey && found.sequence == 6)
    }

    @Test func `another key alone is told as such`() throws {
        let chain = HonestChain(5)
        let found = try #require(chain.verdict(anchors: [chain.anchor(at: 3)], keys: [.random()]).breakage)
        #expect(found.kind == .wrongKey && found.sequence == 1)
    }

    @Test func `a restore sets history back in the open`() {
        let chain = HonestChain(30)
        var restored = HonestChain(0, key: chain.key)
        restored.entries = Array(chain.entries.prefix(20))
        restored.head = AuditHead(
            sequence: 20, mac: chain.entries[19].mac ?? [], fingerprint: chain.key.fingerprint)
        let anchors = [10, 20, 25, 30].map(chain.anchor)
        #expect(restored.verdict(anchors: anchors).breakage?.kind == .rolledBack)

        // The entry that tells of it is younger than everything that it set back.
        let number: Int64 = 21
        let entry = AuditEntry(
            actor: Actor(name: "alice", uid: 7), channel: .commandLine, action: AuditTrail.databaseRestored,
            subject: "database")
        let chained = ChainedEntry(
            entry, sequence: number, at: HonestChain.time(1_000), after: restored.head.mac, key: chain.key)
        restored.entries.append(chained)
        restored.head = AuditHead(sequence: 21, mac: chained.mac ?? [], fingerprint: chain.key.fingerprint)
        let verdict = restored.verdict(anchors: anchors)
        #expect(verdict.breakage == nil)
        #expect(verdict.anchors.held == 2 && verdict.anchors.setBack == 2)
        #expect(verdict.restores.map(\.sequence) == [21] && verdict.restores.map(\.actor) == ["alice"])

        // What was signed after it is not excused.
        let later = AuditAnchor(
            head: chain.head, at: HonestChain.time(1_001), daemon: "host/1", key: chain.key)
        #expect(restored.verdict(anchors: anchors + [later]).breakage?.kind == .rolledBack)
    }

    @Test func `values that no honest entry has are looked at all the same`() {
        let chain = HonestChain(9)
        var entries = chain.entries
        entries[4].actor = nil
        entries[4].at = .max
        entries[4].mac = nil
        #expect(chain.verdict(entries: entries).breakage?.sequence == 5)
        #expect(chain.verdict(entries: entries, head: .some(nil)).breakage?.sequence == 5)
        entries[8].sequence = .max
        #expect(chain.verdict(entries: entries).breakage?.sequence == 5)
        let farHead = AuditHead(sequence: .max, mac: [], fingerprint: nil)
        #expect(chain.verdict(entries: entries, head: farHead).breakage?.sequence == 5)
        #expect(chain.verdict(entries: [entries[8]]).breakage?.kind == .deleted)
    }
}
