import AdminAPI
import Audit
import Hummingbird
import JobsPostgres
import Logging
import Postgres
import Primitives

/// `/api/admin/clock`: the clock that decides what is due, and what a jump of it holds.
struct ClockRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] { [.get(AdminPath.clock, show), .post(AdminPath.clockConfirmation, confirm)] }

    @Sendable private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        return try .json(await clock())
    }

    @Sendable private func confirm(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let body = try await BodyReader.object(ReasonRequest.self, of: request, knowing: ["reason"])
        let order = try await context.order(because: body.reason)
        let changed = try await resources.granting { try await resources.schedules.confirmClock(by: order) }
        if changed {
            context.logger.notice(
                "the clock was confirmed", metadata: ["actor": "\(order.actor.name)", "why": "\(order.reason ?? "")"])
        }
        return try .json(ClockConfirmed(changed: changed, clock: await clock()))
    }

    private func clock() async throws -> ClockAnswer {
        let view = try await resources.pool.run(ReadClock())[0]
        return ClockAnswer(
            now: view.now, machine: resources.time.now(), hold: view.hold.map(ClockHoldAnswer.init), held: view.held)
    }
}

extension ClockHoldAnswer {
    /// A hold as its view says it.
    init(_ hold: ClockView.Hold) {
        self.init(
            id: IntegerText(hold.id), open: hold.isOpen, since: hold.beganAt, jumpSeconds: hold.jump.inSeconds,
            seenBy: hold.seenBy, endedAt: hold.end?.at, endedBy: hold.end?.by, reason: hold.end?.reason)
    }
}

extension SchedulePause {
    /// What the clock's jump does to a schedule of money.
    init(_ hold: ClockView.Hold) {
        self.init(
            since: hold.beganAt, by: hold.seenBy,
            reason: "the clock jumped \(Int(hold.jump.inSeconds)) s forward; `bursarctl schedules confirm-clock`")
    }
}
