/// The first place at which the audit is not what was written down.
package struct AuditBreak: Error, Sendable, Hashable {
    /// What was done there, as far as it shows.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A field of an entry, its code, or the head.
        case altered
        /// Entries are missing between others.
        case deleted
        /// Entries were put in that the key never signed, or copies of others.
        case inserted
        /// Entries stand in another order.
        case reordered
        /// The newest entries are missing.
        case truncated
        /// The whole audit is older than an anchor, or another history has grown in the place of the anchored one.
        case rolledBack = "rolled_back"
        /// Signed with a key that was not given, or that the chain never went over to.
        case wrongKey = "wrong_key"
        /// An anchor was written that the key never signed.
        case forgedAnchor = "forged_anchor"
    }

    package var kind: Kind
    /// The entry's number: the first that is not as it was.
    package var sequence: Int64
    /// One sentence.
    package var detail: String

    package init(_ kind: Kind, at sequence: Int64, _ detail: String) {
        self.kind = kind
        self.sequence = sequence
        self.detail = detail
    }
}
