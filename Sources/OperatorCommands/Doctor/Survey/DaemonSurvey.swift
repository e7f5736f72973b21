import AdminAPI

/// Asks the daemon.
enum DaemonSurvey {
    private static let livePath = "/livez"

    static func facts(from client: AdminClient) async throws -> DaemonFacts {
        let clock = ContinuousClock()
        let began = clock.now
        let status = try await client.get(AdminPath.status, as: StatusAnswer.self)
        let took = clock.now - began
        return DaemonFacts(
            took: took, status: status, health: try await sight { try await client.health(livePath) },
            configuration: try await sight {
                try await client.get(AdminPath.configuration, as: ConfigurationAnswer.self)
            },
            schedules: try await sight {
                try await client.get(AdminPath.schedules, as: Page<ScheduleAnswer>.self).items
            })
    }

    /// An answer that an older or starting daemon may refuse.
    private static func sight<T: Sendable>(_ ask: () async throws -> T) async throws -> Sight<T> {
        do {
            return .seen(try await ask())
        } catch let failure as CommandFailure {
            return .hidden("the daemon does not say: \(failure.message)")
        }
    }
}
