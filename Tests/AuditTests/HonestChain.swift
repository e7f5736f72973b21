import Primitives

@testable import Audit

/// A chain in memory, made as the trail makes it.
struct HonestChain {
    var entries: [ChainedEntry] = []
    var head = AuditHead(sequence: 0, mac: ChainedEntry.origin, fingerprint: nil)
    let key: AuditKey

    init(_ count: Int, key: AuditKey = .random()) {
        self.key = key
        for _ in 0..<count { append() }
    }

    mutating func append(
        _ action: String = "schedule.pause", after: String? = "{\"paused\":true}", by signer: AuditKey? = nil
    ) {
        let number = head.sequence + 1
        let signer = signer ?? key
        let entry = AuditEntry(
            actor: Actor(name: ["alice", "bob", "carla"][Int(number % 3)], uid: number % 3 == 0 ? nil : UInt32(number)),
            channel: AuditEntry.Channel.allCases[Int(number % 3)], action: action, subject: "schedule s\(number % 7)",
            reason: number % 2 == 0 ? "because \(number)" : nil, before: number % 5 == 0 ? nil : "{\"paused\":false}",
            after: after, request: number % 4 == 0 ? "request-\(number)" : nil)
        let chained = ChainedEntry(
            entry, sequence: number, at: Self.time(number), after: head.mac, key: signer)
        entries.append(chained)
        head = AuditHead(sequence: number, mac: chained.mac ?? [], fingerprint: signer.fingerprint)
    }

    static func time(_ number: Int64) -> Instant {
        Instant(seconds: 1_790_000_000 + number * 10)
    }

    /// The head as it was after an entry, signed a second later.
    func anchor(at sequence: Int) -> AuditAnchor {
        let mac = sequence == 0 ? ChainedEntry.origin : entries[sequence - 1].mac ?? []
        return AuditAnchor(
            head: AuditHead(sequence: Int64(sequence), mac: mac, fingerprint: key.fingerprint),
            at: Self.time(Int64(sequence)) + .seconds(1), daemon: "host/1", key: key)
    }

    func verdict(
        anchors: [AuditAnchor] = [], keys: [AuditKey]? = nil, entries: [ChainedEntry]? = nil, head: AuditHead?? = nil
    ) -> AuditVerdict {
        var verifier = AuditVerifier(
            keys: keys ?? [key], anchors: AnchorFile(anchors: anchors), head: head ?? self.head)
        for entry in entries ?? self.entries {
            guard verifier.take(entry) else { break }
        }
        return verifier.finish()
    }
}

/// Numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
