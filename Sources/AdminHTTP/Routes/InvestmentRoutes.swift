import AdminAPI
import Events
import Hummingbird
import Investments
import JobsPostgres
import Logging
import Postgres
import Primitives

/// `/api/admin/investments`: why a student has what they have, and what a run gave each.
struct InvestmentRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] {
        [
            .get(AdminPath.root + "/investments/students/:id/explanation", explain),
            .get(AdminPath.root + "/investments/results/:execution", results),
        ]
    }

    @Sendable private func explain(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["as_of"])
        let student = try context.id("id", of: "student")
        let asOf = try query.instant("as_of") ?? resources.time.now()
        let reader = InvestmentsReader(pool: resources.pool, policy: resources.firstRate())
        guard let explanation = try await reader.explain(student: student, asOf: asOf) else {
            throw RequestRefusal.notFound(
                "there is no student \(student)", hint: "students are in investments.students")
        }
        return try .json(ExplanationAnswer(explanation))
    }

    /// A row a student, in pieces: the length of the answer does not matter.
    @Sendable private func results(_ request: Request, _ context: AdminContext) async throws -> Response {
        let query = try QueryReader(request, knowing: ["format"])
        let format =
            try query.text("format", oneOf: ResultFormat.allCases.map(\.rawValue))
            .flatMap(ResultFormat.init(rawValue:)) ?? .jsonl
        let execution = try context.execution("execution")
        let results = try await StoredResults(of: execution, on: resources.pool)
        return Response(
            status: .ok, headers: [.contentType: format.contentType, .cacheControl: "no-store"],
            body: ResponseBody { writer in
                do {
                    try await results.write(as: format, to: &writer)
                } catch {
                    // The reader sees no more than an answer that breaks off.
                    context.logger.event(
                        .resultsBrokenOff, "results were not sent whole",
                        metadata: ["run": "\(execution)", "error": "\(error)"])
                    throw error
                }
            })
    }
}
