import AdminAPI
import Audit
import Hummingbird

/// `/api/admin/reload` and `/api/admin/configuration`.
struct ConfigurationRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] { [.post(AdminPath.reload, reload), .get(AdminPath.configuration, show)] }

    /// Answers when the reload is over; a refused configuration is an answer like any other, with every error.
    @Sendable private func reload(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let body = try await BodyReader.object(ReloadBody.self, of: request, knowing: ["apply", "reason"])
        let wish = ReloadRequest(apply: body.apply ?? false, reason: try OperatorReason.checked(body.reason))
        let actor = await context.actor()
        return try .json(await control().reload(wish, by: actor))
    }

    @Sendable private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        return try .json(await control().configuration())
    }

    private func control() throws -> any DaemonControl {
        guard let control = resources.control else {
            throw RequestRefusal.conflict("the daemon is still starting", hint: "ask again when it is ready")
        }
        return control
    }

    /// A request with what may be left out.
    private struct ReloadBody: Decodable {
        let apply: Bool?
        let reason: String?
    }
}
