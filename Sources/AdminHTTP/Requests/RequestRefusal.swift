import AdminAPI
import Hummingbird

/// Why a request gets no answer but a problem.
struct RequestRefusal: Error, Sendable {
    let problem: Problem
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ name: String, _ title: String, _ detail: String, place: String? = nil,
        hint: String? = nil, headers: HTTPFields = [:]
    ) {
        problem = Problem(
            type: "urn:bursar:problem:" + name, title: title, status: status.code, detail: detail, place: place,
            hint: hint)
        self.headers = headers
    }

    static func methodNotAllowed(_ method: String, allow: String) -> RequestRefusal {
        RequestRefusal(
            .methodNotAllowed, "method-not-allowed", "Method not allowed", "this path does not know \(method)",
            place: "method", hint: "use \(allow)", headers: [.allow: allow])
    }

    static func noSuchPath(_ path: String) -> RequestRefusal {
        RequestRefusal(
            .notFound, "no-such-path", "No such path", "nothing is at \(path.prefix(200))", place: "path",
            hint: "the API is below /api/admin: status, schedules, queues, jobs, runs, investments")
    }

    /// A thing of that name does not exist.
    static func notFound(_ what: String, hint: String) -> RequestRefusal {
        RequestRefusal(.notFound, "not-found", "Not found", what, place: "path", hint: hint)
    }

    static func conflict(_ what: String, hint: String) -> RequestRefusal {
        RequestRefusal(.conflict, "conflict", "Not now", what, hint: hint)
    }

    /// Well-formed, and not acceptable.
    static func invalid(_ place: String, _ detail: String, hint: String) -> RequestRefusal {
        RequestRefusal(.unprocessableContent, "invalid", "Invalid value", detail, place: place, hint: hint)
    }

    /// A parameter or field that the route does not know.
    static func unknown(_ place: String, known: [String]) -> RequestRefusal {
        let hint =
            known.isEmpty
            ? "leave it out: nothing is known here" : "known are: " + known.sorted().joined(separator: ", ")
        return RequestRefusal(
            .unprocessableContent, "unknown-field", "Unknown field", "\(place) is not known", place: place, hint: hint)
    }

    static func malformed(_ detail: String, hint: String) -> RequestRefusal {
        RequestRefusal(.badRequest, "malformed", "Malformed request", detail, place: "body", hint: hint)
    }
}
