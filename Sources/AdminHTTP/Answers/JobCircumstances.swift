import JobsPostgres
import Postgres

/// A job with everything around it that may keep it from its end, as it was at one moment.
struct JobCircumstances: Sendable {
    let details: JobDetails
    /// Nil once it has ended.
    let obstacles: Obstacles?
    /// Nil unless it waits; as are those below.
    let kind: KindNow?
    let daemons: [DaemonView]
    /// The builds that ever ran its kind; read when no daemon that lives does.
    let builds: [BuildsOfKind.Build]

    /// Daemons that can run it.
    var workers: [DaemonView] { daemons.filter { $0.kinds.contains(details.job.kind) } }

    /// Nil when there is no job of that id.
    static func read(_ id: Int64, from pool: PostgresPool) async throws -> JobCircumstances? {
        try await pool.readByIndex { transaction in
            guard let details = try await transaction.job(id) else { return nil }
            let obstacles = details.unfinished == nil ? nil : try await transaction.first(JobObstacles(id))
            guard details.job.state == "waiting" else {
                return JobCircumstances(details: details, obstacles: obstacles, kind: nil, daemons: [], builds: [])
            }
            let kind = details.job.kind
            let daemons = try await transaction.run(LiveDaemons())
            let isServed = daemons.contains { $0.kinds.contains(kind) }
            return JobCircumstances(
                details: details, obstacles: obstacles, kind: try await transaction.first(ReadKind(kind)),
                daemons: daemons, builds: isServed ? [] : try await transaction.run(BuildsOfKind(kind)))
        }
    }
}
