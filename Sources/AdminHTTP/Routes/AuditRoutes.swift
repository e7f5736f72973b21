import AdminAPI
import Audit
import Hummingbird
import Primitives

/// `/api/admin/audit`.
struct AuditRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] { [.get(AdminPath.audit, list)] }

    @Sendable private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["actor", "action", "subject", "since", "limit", "before"])
        let filter = AuditFilter(
            actor: query.text("actor"), action: query.text("action"), subject: query.text("subject"),
            since: try query.instant("since"))
        let limit = try query.count("limit", default: PageLimit.standard, max: PageLimit.max)
        let page = try await resources.pool.auditRecords(filter, before: try query.id("before"), limit: limit)
        return try .json(Page(items: page.records.map(AuditAnswer.init), next: page.next.map { String($0) }))
    }
}

extension AuditAnswer {
    /// An entry as its record says it.
    init(_ record: AuditRecord) {
        self.init(
            sequence: IntegerText(record.sequence), at: record.at, actor: record.actor.name, uid: record.actor.uid,
            channel: record.channel, action: record.action, subject: record.subject, reason: record.reason,
            before: record.before.flatMap { JSONValue(text: $0) }, after: record.after.flatMap { JSONValue(text: $0) },
            request: record.request, key: record.fingerprint)
    }
}
