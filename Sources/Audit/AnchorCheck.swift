import Primitives

/// Holds the entries that pass against what was signed of them outside the database.
struct AnchorCheck: Sendable {
    /// By ascending number, those that a given key signed.
    private let anchors: [AuditAnchor]
    private var index = 0
    private(set) var failure: AuditBreak?
    private(set) var summary: AuditVerdict.Anchors
    /// The newest that an entry stands by.
    private(set) var newest: AuditAnchor?

    /// Whether a given key signed an anchor.
    var knowsKey: Bool { !anchors.isEmpty }

    init(_ lines: AnchorFile, ring: KeyRing) {
        var summary = AuditVerdict.Anchors(unreadable: lines.unreadable)
        var anchors: [AuditAnchor] = []
        for anchor in lines.anchors {
            guard let key = ring[Array(anchor.fingerprint.utf8)] else {
                summary.ofOtherKeys += 1
                continue
            }
            if anchor.isGenuine(key) {
                anchors.append(anchor)
            } else if failure == nil {
                failure = AuditBreak(
                    .forgedAnchor, at: anchor.sequence,
                    "the anchor of entry \(anchor.sequence) of \(anchor.at.rfc3339) was never signed so")
            }
        }
        self.anchors = anchors.sorted { ($0.sequence, $0.at) < ($1.sequence, $1.at) }
        self.summary = summary
        pass(0, mac: ChainedEntry.origin, restores: [])
    }

    /// An entry that continues the chain.
    mutating func pass(_ sequence: Int64, mac: [UInt8], restores: [AuditVerdict.Restore]) {
        while index < anchors.count, anchors[index].sequence <= sequence {
            let anchor = anchors[index]
            index += 1
            if anchor.sequence == sequence, anchor.mac == mac {
                hold(anchor)
            } else if isExcused(anchor, restores) {
                summary.setBack += 1
            } else if failure == nil {
                failure = AuditBreak(
                    .rolledBack, at: anchor.sequence,
                    """
                    entry \(anchor.sequence) is not the one that \(anchor.daemon) signed at \(anchor.at.rfc3339): \
                    the database was set back, and another history has grown since
                    """)
            }
        }
    }

    /// The chain is whole and ends here: what was signed beyond it is gone.
    mutating func passEnd(last: Int64, restores: [AuditVerdict.Restore]) {
        for anchor in anchors[index...] {
            if isExcused(anchor, restores) {
                summary.setBack += 1
            } else if failure == nil {
                let newest = anchors[anchors.count - 1]
                failure = AuditBreak(
                    .rolledBack, at: last + 1,
                    """
                    the audit ends at entry \(last), yet \(newest.daemon) signed entry \(newest.sequence) at \
                    \(newest.at.rfc3339): the newest entries were cut off, or the database was set back
                    """)
            }
        }
        index = anchors.count
    }

    private mutating func hold(_ anchor: AuditAnchor) {
        summary.held += 1
        newest = anchor
    }

    /// A restore sets the history back in the open: what was signed before it, beyond what it brought, is gone.
    private func isExcused(_ anchor: AuditAnchor, _ restores: [AuditVerdict.Restore]) -> Bool {
        restores.contains { $0.sequence <= anchor.sequence && anchor.at <= $0.at }
    }
}
