import AdminAPI
import Cron
import Hummingbird
import JobsPostgres
import Postgres
import Primitives
import Scheduling

/// `/api/admin/schedules/:name/ticks`: what became of each tick, and why.
struct ScheduleTickRoutes: Sendable {
    private let resources: AdminResources

    /// The microseconds since 1970 that a tick may have: none is stored past the year 9999.
    private static let stored: ClosedRange<Int64> = 0...253_402_300_799_999_999
    private static let ever = Instant(microseconds: 0)...Instant(microseconds: stored.upperBound)

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] { [.get(AdminPath.schedules + "/:name/ticks", list)] }

    @Sendable private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["from", "to", "limit", "before"])
        let name = try context.segment("name")
        guard let view = try await resources.pool.first(ScheduleByName(name)) else {
            throw RequestRefusal.notFound(
                "no schedule is called \"\(name.prefix(120))\"", hint: "`bursarctl schedules list` shows them")
        }
        let zone = try? Zone(view.stored.zone)
        let limit = try query.count("limit", default: PageLimit.standard, max: PageLimit.max)
        let rows = try await resources.pool.run(
            TicksOfSchedule(
                view.stored.id, in: try span(query, in: zone ?? .utc), before: try key(query.text("before")),
                limit: limit + 1))
        let shown = rows.prefix(limit)
        return try .json(
            Page(
                items: shown.map { DecidedTickAnswer($0, of: name, in: zone) },
                next: rows.count > limit ? shown.last.map { "\($0.instant.microseconds).\($0.id)" } : nil))
    }

    private func span(_ query: QueryReader, in zone: Zone) throws(RequestRefusal) -> ClosedRange<Instant> {
        let begin =
            query.text("from") == nil
            ? Self.ever.lowerBound : try SpanReader.begin(query.text("from"), "query parameter from", in: zone)
        let end =
            query.text("to") == nil
            ? Self.ever.upperBound : try SpanReader.end(query.text("to"), "query parameter to", in: zone)
        guard begin <= end else {
            throw .invalid("query parameter to", "the span ends before it begins", hint: "swap from and to")
        }
        return begin...end
    }

    private func key(_ text: String?) throws(RequestRefusal) -> TickKey? {
        guard let text else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let microseconds = Int64(parts[0]), Self.stored.contains(microseconds),
            let id = Int64(parts[1])
        else {
            throw .invalid(
                "query parameter before", "\"\(text)\" is no place in the list",
                hint: "give the `next` of the page before")
        }
        return TickKey(instant: Instant(microseconds: microseconds), id: id)
    }
}

extension DecidedTickAnswer {
    /// A decided tick as its view says it.
    init(_ tick: TickView, of schedule: String, in zone: Zone?) {
        self.init(
            id: IntegerText(tick.id), schedule: schedule, key: tick.key, at: tick.instant,
            local: zone.map { tick.instant.local(offset: $0.offset(at: tick.instant)) },
            nominal: tick.nominal.description, decision: tick.decision.rawValue, meaning: tick.decision.meaning,
            count: tick.count, lastAt: tick.last, period: tick.period, jobID: tick.job.map { IntegerText($0) },
            blockedBy: tick.blockedBy.map { IntegerText($0) }, blockedByRun: tick.blockedByRun,
            decidedAt: tick.decidedAt)
    }
}

extension Tick.Decision {
    /// In words.
    fileprivate var meaning: String {
        switch self {
        case .enqueued: "it became a job"
        case .overlap: "the run before it was not over"
        case .missed: "it was found later than the schedule allows"
        case .disabled: "the schedule was switched off"
        case .settled: "its period was run already"
        case .edited: "the schedule was edited before it was decided"
        }
    }
}
