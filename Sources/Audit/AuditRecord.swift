package import Postgres
package import Primitives

/// An entry as it is shown. That it is true only a verification says.
package struct AuditRecord: Sendable, Hashable {
    package let sequence: Int64
    package let at: Instant
    package let actor: Actor
    package let channel: String
    package let action: String
    package let subject: String
    package let reason: String?
    /// JSON.
    package let before: String?
    /// JSON.
    package let after: String?
    package let request: String?
    /// Of the key that made the code.
    package let fingerprint: String
    package let mac: [UInt8]

    static let columns: SQL = """
        sequence, at, actor, uid, channel, action, subject, reason, before, after, request, key_fingerprint, mac
        """

    init(from row: inout Row) throws(PostgresError) {
        sequence = try row.next()
        at = try row.next()
        actor = Actor(name: try row.next(), uid: try row.next(Int64?.self).flatMap { UInt32(exactly: $0) })
        channel = try row.next()
        action = try row.next()
        subject = try row.next()
        reason = try row.next()
        before = try row.next()
        after = try row.next()
        request = try row.next()
        fingerprint = try row.next()
        mac = try row.next()
    }
}

/// Which entries are wanted; nil stands for all.
package struct AuditFilter: Sendable, Hashable {
    package var actor: String?
    /// `schedule.pause`, or `schedule` for all that is done to schedules.
    package var action: String?
    /// A subject, or how it begins.
    package var subject: String?
    package var since: Instant?

    package init(actor: String? = nil, action: String? = nil, subject: String? = nil, since: Instant? = nil) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.since = since
    }

    fileprivate func condition(before: Int64?) -> SQL {
        var condition: SQL = "true"
        if let actor { condition = "\(condition) and actor = \(actor)" }
        if let action { condition = "\(condition) and (action = \(action) or starts_with(action, \(action + ".")))" }
        if let subject { condition = "\(condition) and starts_with(subject, \(subject))" }
        if let since { condition = "\(condition) and at >= \(since)" }
        if let before { condition = "\(condition) and sequence < \(before)" }
        return condition
    }
}

extension StatementRunner {
    /// Entries that the filter lets through, newest first, from before a number; and where the list goes on.
    package func auditRecords(
        _ filter: AuditFilter, before: Int64?, limit: Int
    ) async throws(PostgresError) -> (records: [AuditRecord], next: Int64?) {
        let rows = try await query(
            """
            select \(AuditRecord.columns) from bursar.audit_entry where \(filter.condition(before: before))
            order by sequence desc limit \(Int64(limit) + 1)
            """)
        var records: [AuditRecord] = []
        for row in rows.prefix(limit) {
            var row = row
            records.append(try AuditRecord(from: &row))
        }
        return (records, rows.count > limit ? records.last?.sequence : nil)
    }
}
