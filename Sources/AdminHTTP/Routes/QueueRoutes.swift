import AdminAPI
import Audit
import Hummingbird
import JobsPostgres
import Logging
import Postgres

/// `/api/admin/queues`: the queue of each kind, and what operators do to it.
struct QueueRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] {
        let path = AdminPath.queues + "/:kind"
        return [.get(AdminPath.queues, list), .get(path, show)]
            + QueueAction.allCases.map { action in
                .post(path + "/" + action.rawValue) { try await act(action, $0, $1) }
            }
    }

    @Sendable private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let queues = try await resources.pool.readByIndex { try await $0.run(Queues()) }
        return try .json(Page(items: queues.map(QueueAnswer.init), next: nil))
    }

    @Sendable private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        return try .json(try await answer(try context.segment("kind")))
    }

    private func act(_ action: QueueAction, _ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let kind = try context.segment("kind")
        let body = try await BodyReader.object(ReasonRequest.self, of: request, knowing: ["reason"])
        let order = try await context.order(because: body.reason)
        let queues = resources.queues
        let changed = try await resources.granting {
            switch action {
            case .pause: try await queues.pause(kind, by: order)
            case .resume: try await queues.resume(kind, by: order)
            }
        }
        if changed {
            context.logger.notice(
                "\(action.rawValue) of a kind",
                metadata: ["kind": "\(kind)", "actor": "\(order.actor.name)", "why": "\(order.reason ?? "")"])
        }
        return try .json(QueueChanged(changed: changed, queue: await answer(kind)))
    }

    private func answer(_ kind: String) async throws -> QueueAnswer {
        let view = try await resources.pool.readByIndex { try await $0.first(Queues(kind: kind)) }
        guard let view else {
            throw RequestRefusal.notFound(
                "no daemon declared a kind \"\(kind.prefix(120))\", and no job ever had it",
                hint: "`bursarctl queues` shows the kinds")
        }
        return QueueAnswer(view)
    }
}
