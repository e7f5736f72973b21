/// One change, as it is written down.
package struct AuditEntry: Sendable, Hashable {
    /// By which door the change came.
    package enum Channel: String, Sendable, Hashable, CaseIterable {
        /// The admin API, over its Unix socket.
        case socket
        /// A command that works on the database itself.
        case commandLine = "command_line"
        /// The daemon, at its start or by a signal.
        case daemon
    }

    package var actor: Actor
    package var channel: Channel
    /// Noun and verb, such as `schedule.pause`.
    package var action: String
    /// What was changed, such as `schedule investments-daily` or `job 42`.
    package var subject: String
    package var reason: String?
    /// JSON.
    package var before: String?
    /// JSON.
    package var after: String?
    /// The request that asked for it, if it has an id.
    package var request: String?

    package init(
        actor: Actor, channel: Channel, action: String, subject: String, reason: String? = nil, before: String? = nil,
        after: String? = nil, request: String? = nil
    ) {
        self.actor = actor
        self.channel = channel
        self.action = action
        self.subject = subject
        self.reason = reason
        self.before = before
        self.after = after
        self.request = request
    }
}
