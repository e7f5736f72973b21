import AdminAPI
import Audit
import Cron
import Hummingbird
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling

/// `/api/admin/schedules/:name/preview` and `…/backfill`: what a schedule does in a span, and what it left out.
struct SchedulePlanRoutes: Sendable {
    private let resources: AdminResources

    private static let ticksMax = 10_000
    /// Days of a preview that does not say how many.
    private static let previewDays = 14
    /// Ticks that a plan shows of its beginning, and of its end.
    private static let sampleCount = 5

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] {
        let path = AdminPath.schedules + "/:name"
        return [.get(path + "/preview", preview), .get(path + "/backfill", plan), .post(path + "/backfill", apply)]
    }

    @Sendable private func preview(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["from", "to"])
        let schedule = try await schedule(context)
        let today = schedule.zone.civil(at: resources.time.now()).date
        let from = try query.text("from").map { try SpanReader.date($0, "query parameter from") } ?? today
        let fortnight = CivilDate(daysSinceEpoch: from.daysSinceEpoch + Self.previewDays - 1)
        let through = try query.text("to").map { try SpanReader.date($0, "query parameter to") } ?? fortnight
        guard from <= through, through.daysSinceEpoch - from.daysSinceEpoch < SpanReader.daysMax else {
            throw RequestRefusal.invalid(
                "query parameter to", "the span from \(from) to \(through) is empty or too long",
                hint: "at most \(SpanReader.daysMax) days, and the later day last")
        }
        let preview = CronPreview(
            schedule.expression, from: from, through: through, in: schedule.zone, limit: Self.ticksMax)
        return try .json(
            PreviewAnswer(
                expression: schedule.expression.text, zone: schedule.zone.identifier,
                sentence: schedule.expression.sentence(in: schedule.zone), from: "\(from)", to: "\(through)",
                ticks: preview.ticks.map { TickAnswer($0, of: schedule) },
                days: preview.shifts.map { day in
                    ShiftedDayAnswer(
                        date: "\(day.date)", at: day.transition.instant,
                        shift: day.transition.isGap ? "gap" : "overlap", sentence: day.sentence)
                }, cut: preview.isCut))
    }

    @Sendable private func plan(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["from", "to", "passed_over"])
        let zone = try await schedule(context).zone
        let passedOver = try query.text("passed_over", oneOf: ["true", "false"]) == "true"
        let wish = BackfillWish(
            schedule: try context.segment("name"),
            from: try SpanReader.begin(query.text("from"), "query parameter from", in: zone),
            through: try SpanReader.end(query.text("to"), "query parameter to", in: zone),
            includesPassedOver: passedOver)
        let plan = try await resources.granting { try await resources.backfills.plan(wish) }
        return try .json(answer(plan))
    }

    @Sendable private func apply(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let zone = try await schedule(context).zone
        let body = try await BodyReader.object(BackfillRequest.self, of: request, knowing: BackfillRequest.keys)
        let order = try await context.order(because: body.reason)
        let wish = BackfillWish(
            schedule: try context.segment("name"), from: try SpanReader.begin(body.from, "body field from", in: zone),
            through: try SpanReader.end(body.to, "body field to", in: zone),
            includesPassedOver: body.passedOver ?? false)
        let started = try await resources.granting {
            try await resources.backfills.apply(wish, digest: body.digest, by: order)
        }
        context.logger.notice(
            "a backfill was started",
            metadata: [
                "schedule": "\(wish.schedule)", "actor": "\(order.actor.name)", "jobs": "\(started.count)",
                "why": "\(order.reason ?? "")",
            ])
        return try .json(
            BackfillStarted(
                schedule: wish.schedule, count: started.count, firstJob: IntegerText(started.firstJob),
                lastJob: IntegerText(started.lastJob)), status: .accepted)
    }

    private func answer(_ plan: BackfillPlan) -> BackfillPlanAnswer {
        let ticks = { (some: ArraySlice<Tick>) in
            some.map { TickAnswer(CronTick(instant: $0.instant, nominal: $0.nominal), of: plan.schedule) }
        }
        return BackfillPlanAnswer(
            schedule: plan.schedule.name, from: plan.span.lowerBound, to: plan.span.upperBound,
            count: plan.ticks.count, first: ticks(plan.ticks.prefix(Self.sampleCount)),
            last: ticks(plan.ticks.dropFirst(Self.sampleCount).suffix(Self.sampleCount)),
            skipped: SkippedTicks(
                ran: plan.skipped.ran, backfilled: plan.skipped.backfilled, passedOver: plan.skipped.passedOver,
                undecided: plan.skipped.undecided),
            order: BackfillPlan.order, digest: plan.digest)
    }

    private func schedule(_ context: AdminContext) async throws -> Schedule {
        let name = try context.segment("name")
        guard let view = try await resources.pool.first(ScheduleByName(name)) else {
            throw RequestRefusal.notFound(
                "no schedule is called \"\(name.prefix(120))\"", hint: "`bursarctl schedules list` shows them")
        }
        do throws(UnreadableSchedule) {
            return try view.stored.schedule()
        } catch {
            throw RequestRefusal.conflict("\(error)", hint: "put it right in the configuration, or edit it")
        }
    }
}
