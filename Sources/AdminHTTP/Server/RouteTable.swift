import Hummingbird
import Logging

/// One verb on one path.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, AdminContext) async throws -> Response

    let method: HTTPRequest.Method
    /// Segments that begin with a colon are parameters.
    let path: String
    let handler: Handler

    static func get(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .get, path: path, handler: handler)
    }

    static func put(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .put, path: path, handler: handler)
    }

    static func delete(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .delete, path: path, handler: handler)
    }

    static func post(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .post, path: path, handler: handler)
    }
}

/// Every route of the API, in one list.
enum AdminRoutes {
    static func all(_ resources: AdminResources) -> [Route] {
        let nouns: [[Route]] = [
            HealthRoutes(resources).all, StatusRoutes(resources).all, ConfigurationRoutes(resources).all,
            ScheduleRoutes(resources).all, ScheduleEditRoutes(resources).all, SchedulePlanRoutes(resources).all,
            ScheduleTickRoutes(resources).all, ClockRoutes(resources).all,
            JobRoutes(resources).all, JobActionRoutes(resources).all, QueueRoutes(resources).all,
            RunRoutes(resources).all, InvestmentRoutes(resources).all, AuditRoutes(resources).all,
        ]
        return nouns.flatMap(\.self)
    }

    /// The routes as the server takes them. A known path answers every other method with 405 and what it allows.
    static func router(_ resources: AdminResources, logger: Logger) -> Router<AdminContext> {
        let router = Router(context: AdminContext.self)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: MutationLog(logger: logger))
        let routes = all(resources)
        for path in Set(routes.map(\.path)).sorted() {
            let here = routes.filter { $0.path == path }
            var allowed = Set(here.map(\.method.rawValue))
            for route in here {
                router.on(RouterPath(path), method: route.method, use: route.handler)
                guard route.method == .get else { continue }
                allowed.insert(HTTPRequest.Method.head.rawValue)
                router.on(RouterPath(path), method: .head) { request, context in
                    try await route.handler(request, context).createHeadResponse()
                }
            }
            let allow = allowed.sorted().joined(separator: ", ")
            for method in methods where !allowed.contains(method.rawValue) {
                router.on(RouterPath(path), method: method) { request, _ -> Response in
                    throw RequestRefusal.methodNotAllowed(request.method.rawValue, allow: allow)
                }
            }
        }
        return router
    }

    /// The methods that clients may send; any other finds no route.
    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
}
