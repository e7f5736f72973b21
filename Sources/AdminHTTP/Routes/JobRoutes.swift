import AdminAPI
import Hummingbird
import Jobs
import JobsPostgres
import Postgres

/// `/api/admin/jobs`.
struct JobRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] { [.get(AdminPath.jobs, list), .get(AdminPath.jobs + "/:id", show)] }

    @Sendable private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["state", "kind", "limit", "before"])
        let state = try query.text("state", oneOf: JobState.allCases.map(\.rawValue)).flatMap(JobState.init(rawValue:))
        let limit = try query.count("limit", default: PageLimit.standard, max: PageLimit.max)
        let filter = JobFilter(state: state, kind: query.text("kind"))
        let before = try query.id("before")
        let page = try await resources.pool.readByIndex { try await $0.jobs(filter, before: before, limit: limit) }
        return try .json(Page(items: page.jobs.map(JobAnswer.init), next: page.next.map(String.init)))
    }

    @Sendable private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let id = try context.id("id", of: "job")
        guard let circumstances = try await JobCircumstances.read(id, from: resources.pool) else {
            throw RequestRefusal.notFound("there is no job \(id)", hint: "`bursarctl jobs list` shows the newest")
        }
        return try .json(JobDetail(circumstances))
    }
}

/// How much of a list one answer holds.
enum PageLimit {
    static let standard = 20
    static let max = 1_000
}
