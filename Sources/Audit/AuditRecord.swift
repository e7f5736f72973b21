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

    /// No index answers it in the order of the list.
    fileprivate var isWalked: Bool { action != nil || subject != nil || since != nil }

    fileprivate func condition(before: Int64?, from floor: Int64) -> SQL {
        var condition: SQL = "sequence >= \(floor)"
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
    ///
    /// What no index answers is looked for among `AuditWindow.examinedMax` entries, and a page ends once it holds
    /// `AuditWindow.bytesMax`: the list may be short, even empty, and still go on.
    package func auditRecords(
        _ filter: AuditFilter, before: Int64?, limit: Int
    ) async throws(PostgresError) -> (records: [AuditRecord], next: Int64?) {
        let floor = filter.isWalked ? try await auditFloor(before: before) : 1
        let rows = try await query(
            """
            with page as (
                select \(AuditRecord.columns) from bursar.audit_entry
                where \(filter.condition(before: before, from: floor))
                order by sequence desc limit \(Int64(limit) + 1)),
            sized as (
                select \(AuditRecord.columns), count(*) over () as found,
                       sum(\(Int64(AuditWindow.entryBytes)) + coalesce(octet_length(before), 0)
                           + coalesce(octet_length(after), 0))
                       over (order by sequence desc rows between unbounded preceding and 1 preceding) as bytes_before
                from page)
            select \(AuditRecord.columns), found from sized
            where coalesce(bytes_before, 0) < \(Int64(AuditWindow.bytesMax)) order by sequence desc
            """)
        var records: [AuditRecord] = []
        var found: Int64 = 0
        for row in rows.prefix(limit) {
            var row = row
            records.append(try AuditRecord(from: &row))
            found = try row.next()
        }
        if found > records.count { return (records, records.last?.sequence) }
        return (records, try await goesOn(filter, below: floor) ? floor : nil)
    }

    /// The lowest number that a page from before `before` examines: numbers have no gaps.
    private func auditFloor(before: Int64?) async throws(PostgresError) -> Int64 {
        var rows = try await query("select coalesce(max(sequence), 0) + 1 from bursar.audit_entry")
        let end = rows.isEmpty ? 1 : try rows[0].next(Int64.self)
        return max(1, min(before ?? end, end) - AuditWindow.examinedMax)
    }

    /// Whether a list may go on below the entries that were examined.
    private func goesOn(_ filter: AuditFilter, below floor: Int64) async throws(PostgresError) -> Bool {
        guard floor > 1, let since = filter.since else { return floor > 1 }
        // The clock may have been set back: not the first entry alone tells.
        var rows = try await query(
            """
            select exists (
                select from (select sequence from bursar.audit_entry where at >= \(since) order by at limit 1000) e
                where sequence < \(floor))
            """)
        return rows.isEmpty ? false : try rows[0].next(Bool.self)
    }
}

/// How much of the audit one page may cost.
enum AuditWindow {
    /// Entries that are looked through for rare ones.
    static let examinedMax: Int64 = 20_000
    /// What a page may hold before its last entry: clients read 16 MiB of an answer.
    static let bytesMax = 8 << 20
    /// What an entry counts for besides what held before and since; its reason may be escaped six to one.
    static let entryBytes = 4_096
}
