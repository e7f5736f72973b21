import AdminAPI
import Audit
import Events
import Hummingbird
import Logging
import NIOCore
import Postgres

/// Turns whatever a handler throws into problem+json.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = AdminContext

    func handle(
        _ request: Request, context: AdminContext, next: @concurrent (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as RequestRefusal {
            return response(refusal)
        } catch let error as HTTPError where error.status == .notFound {
            return response(.noSuchPath(request.uri.path))
        } catch let error as HTTPError {
            return response(
                RequestRefusal(error.status, "http", error.status.reasonPhrase, error.body ?? "\(error.status)"))
        } catch let mismatch as AuditKeyMismatch {
            return response(Self.anotherKey(mismatch))
        } catch is CancellationError {
            return response(Self.stopping)
        } catch let error as PostgresError where error.isUnavailability {
            return response(Self.unavailable(error))
        } catch {
            context.logger.event(
                .requestFailed, "a request failed",
                metadata: ["path": "\(request.uri.path)", "error": "\(String(reflecting: error))"])
            return response(Self.bug(error))
        }
    }

    private func response(_ refusal: RequestRefusal) -> Response {
        let body = (try? WireJSON.encode(refusal.problem)).map { ByteBuffer(bytes: $0) } ?? ByteBuffer()
        var headers = refusal.headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: HTTPResponse.Status(code: refusal.problem.status), headers: headers,
            body: ResponseBody(byteBuffer: body))
    }

    private static let stopping = RequestRefusal(
        .serviceUnavailable, "stopping", "Stopping", "the daemon is stopping", hint: "ask again when it is back",
        headers: [.retryAfter: "5"])

    private static func unavailable(_ error: PostgresError) -> RequestRefusal {
        RequestRefusal(
            .serviceUnavailable, "database-unavailable", "The database cannot be reached", "\(error.message)",
            hint: error.hint ?? "`bursarctl status` shows when it answers again", headers: [.retryAfter: "5"])
    }

    /// Nothing changes that cannot be written down.
    private static func anotherKey(_ mismatch: AuditKeyMismatch) -> RequestRefusal {
        RequestRefusal(
            .conflict, "audit-key", "The audit has another key",
            "nothing was changed: the audit of this database was made with the key \(mismatch.chain), "
                + "not with this daemon's \(mismatch.own)", place: "audit.key", hint: AuditKeyMismatch.hint)
    }

    private static func bug(_ error: any Error) -> RequestRefusal {
        let detail = (error as? PostgresError)?.description ?? "the daemon could not answer"
        return RequestRefusal(
            .internalServerError, "internal", "Internal error", detail,
            hint: "the daemon's log says more: `journalctl -u bursard`")
    }
}
