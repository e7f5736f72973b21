import Audit
import Events
import Hummingbird
import Logging

/// Says in the log what a person changed, as it happens; the audit holds it for good.
struct MutationLog: RouterMiddleware {
    typealias Context = AdminContext

    let logger: Logger

    private static let pathMax = 200

    func handle(
        _ request: Request, context: AdminContext, next: @concurrent (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard request.method != .get, request.method != .head, response.status.kind == .successful else {
            return response
        }
        let actor = await context.actor()
        let path = String(request.uri.path.prefix(Self.pathMax))
        logger.event(
            .mutation, "\(actor.name): \(request.method.rawValue) \(path)",
            metadata: ["actor": "\(actor.name)", "request": "\(context.id)", "path": "\(path)"])
        return response
    }
}
