import AdminAPI
import Audit
import Hummingbird
import JobsPostgres
import Logging
import Postgres

/// `/api/admin/jobs/:id`: what operators do to a job, and why it does not run.
struct JobActionRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] {
        let path = AdminPath.jobs + "/:id"
        return [
            .post(path + "/retry", retry), .post(path + "/cancel", cancel), .get(path + "/explanation", explain),
        ]
    }

    @Sendable private func retry(_ request: Request, _ context: AdminContext) async throws -> Response {
        let (id, order) = try await wish(request, context)
        switch try await resources.granting({ try await resources.jobs.retry(id, by: order) }) {
        case .waiting:
            tell("a parked job waits again", id, order, context)
            return try .json(try await changed(.waiting, id))
        case .again(let job, let execution):
            tell("a failed job is tried again as job \(job)", id, order, context)
            var answer = try await changed(.started, id)
            answer.successor = IntegerText(job)
            answer.executionID = execution
            return try .json(answer, status: .accepted, headers: [.location: AdminPath.job(job)])
        }
    }

    @Sendable private func cancel(_ request: Request, _ context: AdminContext) async throws -> Response {
        let (id, order) = try await wish(request, context)
        switch try await resources.granting({ try await resources.jobs.cancel(id, by: order) }) {
        case .cancelled:
            tell("a job was cancelled", id, order, context)
            return try .json(try await changed(.cancelled, id))
        case .requested:
            tell("the end of an attempt was asked for", id, order, context)
            return try .json(try await changed(.requested, id), status: .accepted)
        case .unchanged:
            return try .json(try await changed(.unchanged, id))
        }
    }

    @Sendable private func explain(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let id = try context.id("id", of: "job")
        guard let circumstances = try await JobCircumstances.read(id, from: resources.pool) else {
            throw Self.noJob(id)
        }
        return try .json(JobExplanation(circumstances))
    }

    private func wish(_ request: Request, _ context: AdminContext) async throws -> (id: Int64, order: OperatorOrder) {
        _ = try QueryReader(request, knowing: [])
        let id = try context.id("id", of: "job")
        let body = try await BodyReader.object(ReasonRequest.self, of: request, knowing: ["reason"])
        return (id, try await context.order(because: body.reason))
    }

    private func changed(_ outcome: JobChanged.Outcome, _ id: Int64) async throws -> JobChanged {
        guard let details = try await resources.pool.job(id) else { throw Self.noJob(id) }
        return JobChanged(outcome: outcome, job: JobAnswer(details.job))
    }

    private func tell(_ what: Logger.Message, _ id: Int64, _ order: OperatorOrder, _ context: AdminContext) {
        context.logger.notice(
            what, metadata: ["job": "\(id)", "actor": "\(order.actor.name)", "why": "\(order.reason ?? "")"])
    }

    private static func noJob(_ id: Int64) -> RequestRefusal {
        .notFound("there is no job \(id)", hint: "`bursarctl jobs list` shows the newest")
    }
}
