import AdminAPI
import Hummingbird
import JobsPostgres
import Postgres
import Primitives

/// `/livez` and `/readyz`: for whoever watches the daemon.
struct HealthRoutes: Sendable {
    private let resources: AdminResources

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] { [.get("/livez", live), .get("/readyz", ready)] }

    /// 503 when a loop has not moved for longer than it may; never asks the database.
    @Sendable private func live(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let checks = (resources.control?.loops ?? []).map(CheckAnswer.init)
        let isAlive = checks.allSatisfy(\.passed)
        return try .json(
            HealthAnswer(status: isAlive ? "alive" : "stalled", checks: checks),
            status: isAlive ? .ok : .serviceUnavailable)
    }

    /// 503 with the checks that did not pass.
    @Sendable private func ready(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let checks = await Readiness(resources).checks()
        let isReady = checks.allSatisfy(\.passed)
        return try .json(
            HealthAnswer(status: isReady ? "ready" : "not ready", checks: checks),
            status: isReady ? .ok : .serviceUnavailable)
    }
}

/// Whether the daemon may take work: the daemon's own checks, and a database that answers.
struct Readiness: Sendable {
    private let resources: AdminResources

    /// How long the database may take to answer.
    static let patience = Duration.seconds(2)

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    func checks() async -> [CheckAnswer] {
        await checks(database: greet())
    }

    /// With the answer of a database that was asked already.
    func checks(database: Greeting) async -> [CheckAnswer] {
        let own = await (resources.control?.checks() ?? []).map {
            CheckAnswer(name: $0.name, passed: $0.passed, detail: $0.detail)
        }
        let detail =
            switch database {
            case .answered: "it answers"
            case .silent(let reason): reason
            }
        return [CheckAnswer(name: "database", passed: database.isAnswer, detail: detail)] + own
    }

    /// Asks the database for the smallest thing.
    func greet() async -> Greeting {
        let clock = ContinuousClock()
        let begun = clock.now
        do {
            let pool = resources.pool
            let answer = try await within(Self.patience) { try await pool.first(ServerGreeting()) }
            guard let answer, let greeting = answer else {
                return .silent("it does not answer within \(Self.patience.inSeconds) s; look at its log")
            }
            return .answered(version: greeting.version, now: greeting.now, roundTrip: clock.now - begun)
        } catch {
            return .silent("\(error)")
        }
    }

    /// What the database said.
    enum Greeting: Sendable {
        case answered(version: String, now: Instant, roundTrip: Duration)
        case silent(String)

        var isAnswer: Bool {
            if case .answered = self { true } else { false }
        }
    }
}
