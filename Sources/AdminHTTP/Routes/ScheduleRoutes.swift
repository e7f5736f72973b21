import AdminAPI
import Hummingbird
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling

/// `/api/admin/schedules`: what fires when, and the runs that operators start.
struct ScheduleRoutes: Sendable {
    private let resources: AdminResources

    private static let ticksMax = 1_000
    private static let ticksStandard = 10

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] {
        [
            .get(AdminPath.schedules, list), .get(AdminPath.nextTicks, next),
            .post(AdminPath.schedules + "/:name/runs", run),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let views = try await resources.pool.run(AllSchedules())
        let runs = try await resources.pool.run(LastRuns())
        let lastRuns = Dictionary(
            runs.map { ($0.schedule ?? "", RunAnswer($0)) }, uniquingKeysWith: { first, _ in first })
        let now = resources.time.now()
        let hold = try await resources.openHold()
        let items = views.map { ScheduleAnswer($0, lastRun: lastRuns[$0.stored.name], hold: hold, now: now) }
        return try .json(Page(items: items, next: nil))
    }

    @Sendable private func next(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["count", "schedule"])
        let count = try query.count("count", default: Self.ticksStandard, max: Self.ticksMax)
        var views = try await resources.pool.run(AllSchedules())
        if let name = query.text("schedule") {
            views = views.filter { $0.stored.name == name }
            guard !views.isEmpty else { throw noSchedule(name) }
        }
        var firing: [Schedule] = []
        var passedOver: [PassedOverSchedule] = []
        let hold = try await resources.openHold()
        for view in views {
            switch Self.readiness(of: view, hold) {
            case .success(let schedule): firing.append(schedule)
            case .failure(let held): passedOver.append(PassedOverSchedule(schedule: view.stored.name, why: held.why))
            }
        }
        let ticks = TickForecast.next(count, of: firing, after: resources.time.now())
        return try .json(TicksAnswer(ticks: ticks, passedOver: passedOver))
    }

    /// Why a schedule fires nothing now.
    private struct Held: Error {
        let why: String
    }

    private static func readiness(of view: ScheduleView, _ hold: ClockView.Hold?) -> Result<Schedule, Held> {
        if let pause = view.pause {
            return .failure(Held(why: "paused since \(pause.since) by \(pause.by): \(pause.reason)"))
        }
        guard view.stored.enabled else { return .failure(Held(why: "disabled")) }
        if view.stored.money, let hold {
            let pause = SchedulePause(hold)
            return .failure(Held(why: "held since \(pause.since): \(pause.reason)"))
        }
        do throws(UnreadableSchedule) {
            return .success(try view.stored.schedule())
        } catch {
            return .failure(Held(why: error.reason))
        }
    }

    @Sendable private func run(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let name = try context.segment("name")
        let wish = try await BodyReader.object(RunRequest.self, of: request, knowing: ["as_of", "reason"])
        guard let view = try await resources.pool.first(ScheduleByName(name)) else { throw noSchedule(name) }
        let order = try await context.order(because: wish.reason)
        try await resources.granting { try order.requireReason(where: view.stored.money, for: "schedule \(name)") }
        let started = try await ManualRun(
            schedule: view.stored, wish: wish, source: await context.peer()?.source ?? "operator",
            at: resources.time.now()
        ).start(on: resources.pool, audit: resources.audit, by: order)
        context.logger.notice(
            "a run was started by hand",
            metadata: ["schedule": "\(name)", "run": "\(started.executionID)", "by": "\(started.source)"])
        return try .json(started, status: .accepted, headers: [.location: AdminPath.run(started.executionID)])
    }

    private func noSchedule(_ name: String) -> RequestRefusal {
        .notFound("no schedule is called \"\(name.prefix(120))\"", hint: "`bursarctl schedules list` shows them")
    }
}

extension AdminResources {
    /// What holds the schedules of money, if the clock does.
    func openHold() async throws -> ClockView.Hold? {
        try await pool.first(ReadClock())?.hold.flatMap { $0.isOpen ? $0 : nil }
    }
}
