package import Primitives

/// What a verification found, and what it cannot know.
package struct AuditVerdict: Sendable, Hashable {
    /// An entry that says that a backup was brought back.
    package struct Restore: Sendable, Hashable {
        package let sequence: Int64
        package let at: Instant
        package let actor: String
    }

    /// How the anchors fared.
    package struct Anchors: Sendable, Hashable {
        /// Entries stand by them.
        package var held = 0
        /// Of a history that a restore set back.
        package var setBack = 0
        /// Signed with keys that were not given.
        package var ofOtherKeys = 0
        /// Lines that are only a part of an anchor.
        package var unreadable = 0
    }

    /// How many entries, from the first, are as they were signed.
    package var entries: Int64
    package var breakage: AuditBreak?
    /// Of the key that the whole audit was signed with, when none of those given ever was this audit's, as far as it
    /// shows: neither an entry nor an anchor nor the head knows one. Whether anything was changed nobody can say then.
    package var foreignKey: String?
    package var anchors = Anchors()
    /// The newest anchor that an entry stands by.
    package var newestAnchor: AuditAnchor?
    package var restores: [Restore] = []

    init(entries: Int64) {
        self.entries = entries
    }

    /// How many of the entries are newer than the newest anchor.
    package var beyondAnchor: Int64 {
        max(0, entries - (newestAnchor?.sequence ?? 0))
    }

    /// What this verification does not prove, each in a sentence.
    package var limits: [String] {
        var limits: [String] = []
        if let newestAnchor {
            let count = beyondAnchor
            let verb = count == 1 ? "is" : "are"
            let newer = count == 0 ? "none of these entries is" : "\(count) of these entries \(verb)"
            limits.append(
                """
                \(newer) newer than the newest anchor (entry \(newestAnchor.sequence), \(newestAnchor.at.rfc3339)): \
                had newer ones been cut off, it would not show
                """)
        } else {
            limits.append(
                "there was no anchor: had the newest entries been cut off, or the database been set back, "
                    + "it would not show")
        }
        limits.append(
            "whoever holds the key and can write both the database and the anchors can sign another history: "
                + "keep anchors on another machine (the journal has them)")
        limits.append("what was done to the database around Bursar was never written down here")
        return limits
    }
}
