package import Audit
import Postgres

/// Who wants something done, how it reached the daemon, and why.
package struct OperatorOrder: Sendable {
    package let actor: Actor
    package let channel: AuditEntry.Channel
    package let reason: String?
    /// Of the request, as the log has it.
    package let request: String?

    /// The longest reason, in bytes.
    package static let reasonMax = 500

    package init(actor: Actor, channel: AuditEntry.Channel, reason: String?, request: String? = nil) {
        self.actor = actor
        self.channel = channel
        self.reason = reason
        self.request = request
    }

    /// Refuses to go on without a reason, as it must for what moves money.
    package func requireReason(where isMoney: Bool, for what: String) throws(OperationRefusal) {
        if isMoney, reason == nil {
            throw .invalid(
                "body field reason", "\(what) is backed by money, and its history must say why",
                hint: "give a reason (`--reason TEXT`)")
        }
    }

    /// What is written down of an action, in the transaction of its change.
    func entry(_ action: String, _ subject: String, before: String?, after: String?) -> AuditEntry {
        AuditEntry(
            actor: actor, channel: channel, action: action, subject: subject, reason: reason, before: before,
            after: after, request: request)
    }
}

/// Why an operator's wish was not granted: nothing was changed.
package struct OperationRefusal: Error, Sendable, Hashable {
    /// Whose fault it is, as the API tells them apart.
    package enum Kind: Sendable, Hashable {
        case notFound
        /// The thing is in a state that does not allow it.
        case conflict
        /// The wish itself cannot be granted, whatever the state.
        case invalid
    }

    package let kind: Kind
    /// The part of the wish, or the thing, that stands in the way.
    package let place: String?
    package let detail: String
    package let hint: String

    static func notFound(_ detail: String, hint: String) -> OperationRefusal {
        OperationRefusal(kind: .notFound, place: nil, detail: detail, hint: hint)
    }

    static func conflict(_ detail: String, place: String? = nil, hint: String) -> OperationRefusal {
        OperationRefusal(kind: .conflict, place: place, detail: detail, hint: hint)
    }

    static func invalid(_ place: String, _ detail: String, hint: String) -> OperationRefusal {
        OperationRefusal(kind: .invalid, place: place, detail: detail, hint: hint)
    }

    static func noSchedule(_ name: String) -> OperationRefusal {
        .notFound("no schedule is called \"\(name.prefix(120))\"", hint: "`bursarctl schedules list` shows them")
    }

    static func noJob(_ id: Int64) -> OperationRefusal {
        .notFound("there is no job \(id)", hint: "`bursarctl jobs list` shows the newest")
    }
}
