import AdminAPI
import Audit
import Hummingbird
import JobsPostgres
import Logging
import Postgres
import Primitives

/// `/api/admin/schedules/:name`: schedules that operators make, and what they do to any.
struct ScheduleEditRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] {
        let path = AdminPath.schedules + "/:name"
        return [.get(path, show), .put(path, put), .delete(path, delete)]
            + ScheduleAction.allCases.map { action in
                .post(path + "/" + action.rawValue) { try await act(action, $0, $1) }
            }
    }

    @Sendable private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let name = try context.segment("name")
        guard let answer = try await answer(name) else {
            throw RequestRefusal.notFound(
                "no schedule is called \"\(name.prefix(120))\"", hint: "`bursarctl schedules list` shows them")
        }
        return try .json(answer)
    }

    @Sendable private func put(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let name = try context.segment("name")
        let fields = try await BodyReader.object([String: JSONValue].self, of: request, knowing: ScheduleRequest.keys)
        let wish = try ScheduleWish(name: name, fields: fields)
        let order = try await context.order(because: wish.reason)
        let written = try await resources.granting {
            try await resources.schedules.put(wish.schedule, keepsEnabled: wish.keepsEnabled, by: order)
        }
        tell("a schedule was written: \(written)", name, order, context)
        return try .json(
            ScheduleChanged(changed: written != .unchanged, schedule: await answer(name)),
            status: written == .created ? .created : .ok)
    }

    @Sendable private func delete(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["reason"])
        let name = try context.segment("name")
        let order = try await context.order(because: query.text("reason"))
        try await resources.granting { try await resources.schedules.delete(name, by: order) }
        tell("a schedule was deleted", name, order, context)
        return try .json(ScheduleChanged(changed: true, schedule: nil))
    }

    private func act(_ action: ScheduleAction, _ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let name = try context.segment("name")
        let body = try await BodyReader.object(ReasonRequest.self, of: request, knowing: ["reason"])
        let order = try await context.order(because: body.reason)
        let schedules = resources.schedules
        let changed = try await resources.granting {
            switch action {
            case .enable: try await schedules.setEnabled(true, of: name, by: order)
            case .disable: try await schedules.setEnabled(false, of: name, by: order)
            case .pause: try await schedules.pause(name, by: order)
            case .resume: try await schedules.resume(name, by: order)
            }
        }
        if changed { tell("\(action.rawValue) of a schedule", name, order, context) }
        return try .json(ScheduleChanged(changed: changed, schedule: await answer(name)))
    }

    private func answer(_ name: String) async throws -> ScheduleAnswer? {
        guard let view = try await resources.pool.first(ScheduleByName(name)) else { return nil }
        let last = try await resources.pool.run(LastRuns()).first { $0.schedule == name }
        return ScheduleAnswer(
            view, lastRun: last.map { RunAnswer($0) }, hold: try await resources.openHold(), now: resources.time.now())
    }

    private func tell(
        _ what: Logger.Message, _ name: String, _ order: OperatorOrder, _ context: AdminContext
    ) {
        context.logger.notice(
            what, metadata: ["schedule": "\(name)", "actor": "\(order.actor.name)", "why": "\(order.reason ?? "")"])
    }
}
