import AdminAPI
import Hummingbird
import Jobs
import JobsPostgres
import Postgres
import Primitives

/// `/api/admin/runs`.
struct RunRoutes: Sendable {
    private let resources: AdminResources

    /// Findings that a run shows by itself; the rest is a list of its own.
    private static let firstFindings = 50
    /// The microseconds since 1970 that a run may have begun at: none is stored past the year 9999.
    private static let stored: ClosedRange<Int64> = 0...253_402_300_799_999_999
    private static let states = ["waiting", "running"] + RunOutcome.allCases.map(\.rawValue)

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] {
        [
            .get(AdminPath.runs, list), .get(AdminPath.runs + "/:execution", show),
            .get(AdminPath.runs + "/:execution/findings", findings),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["schedule", "kind", "state", "limit", "before"])
        let filter = RunFilter(
            schedule: query.text("schedule"), kind: query.text("kind"),
            state: try query.text("state", oneOf: Self.states))
        let limit = try query.count("limit", default: PageLimit.standard, max: PageLimit.max)
        let page = try await resources.pool.runs(filter, before: try key(query.text("before")), limit: limit)
        return try .json(Page(items: page.runs.map(RunAnswer.init), next: page.next.map(Self.text)))
    }

    @Sendable private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let execution = try context.execution("execution")
        let pool = resources.pool
        guard let run = try await pool.first(RunByExecution(execution)) else { throw Self.noRun(execution) }
        let counts = try await pool.first(CountFindings(execution))
        let findings = try await pool.run(FirstFindings(execution, limit: Self.firstFindings))
        var descendants: DescendantsAnswer?
        if let since = run.rootEndedAt,
            let left = try await pool.readByIndex({ try await $0.first(DescendantsOfRun(execution)) })
        {
            descendants = DescendantsAnswer(left, since: since, failed: Int(run.descendantsFailed))
        }
        return try .json(
            RunDetail(
                run: RunAnswer(run), warnings: counts?.warnings ?? 0, notices: counts?.notices ?? 0,
                findings: findings.map(FindingAnswer.init), descendants: descendants))
    }

    @Sendable private func findings(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["severity", "limit", "after"])
        let execution = try context.execution("execution")
        let limit = try query.count("limit", default: PageLimit.standard, max: PageLimit.max)
        let severity = try query.text("severity", oneOf: ["warning", "notice"])
        let after = try query.id("after") ?? 0
        guard try await resources.pool.first(RunByExecution(execution)) != nil else { throw Self.noRun(execution) }
        let rows = try await resources.pool.run(
            FindingsAfter(execution, after: after, severity: severity, limit: limit + 1))
        let items = rows.prefix(limit).map(FindingAnswer.init)
        return try .json(Page(items: items, next: rows.count > limit ? items.last?.id.description : nil))
    }

    static func noRun(_ execution: ExecutionID) -> RequestRefusal {
        .notFound("there is no run \(execution)", hint: "`bursarctl runs list` shows the newest")
    }

    /// A place in the list: the microsecond of creation, and the run.
    private static func text(_ key: RunKey) -> String {
        "\(key.createdAt.microseconds).\(key.execution)"
    }

    private func key(_ text: String?) throws(RequestRefusal) -> RunKey? {
        guard let text else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let microseconds = Int64(parts[0]), Self.stored.contains(microseconds),
            let execution = ExecutionID(String(parts[1]))
        else {
            throw .invalid(
                "query parameter before", "\"\(text)\" is no place in the list",
                hint: "give the `next` of the page before")
        }
        return RunKey(createdAt: Instant(microseconds: microseconds), execution: execution)
    }
}
