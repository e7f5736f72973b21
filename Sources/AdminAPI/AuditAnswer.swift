package import Primitives

/// One entry of the audit, as lists show it. Whether it is true, `bursarctl audit verify` says.
package struct AuditAnswer: Sendable, Hashable, Codable {
    package var sequence: IntegerText
    package var at: Instant
    package var actor: String
    /// Of the actor's account; null for whoever has none.
    @Nullable package var uid: UInt32?
    /// `socket`, `command_line` or `daemon`.
    package var channel: String
    /// Such as `schedule.pause`.
    package var action: String
    /// Such as `schedule investments-daily`.
    package var subject: String
    @Nullable package var reason: String?
    /// What held before the change; its form is the action's.
    @Nullable package var before: JSONValue?
    /// What holds since.
    @Nullable package var after: JSONValue?
    /// The request that asked for it.
    @Nullable package var request: String?
    /// The fingerprint of the key that made its code.
    package var key: String

    package init(
        sequence: IntegerText, at: Instant, actor: String, uid: UInt32? = nil, channel: String, action: String,
        subject: String, reason: String? = nil, before: JSONValue? = nil, after: JSONValue? = nil,
        request: String? = nil, key: String
    ) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.uid = uid
        self.channel = channel
        self.action = action
        self.subject = subject
        self.reason = reason
        self.before = before
        self.after = after
        self.request = request
        self.key = key
    }
}
