import Investments
import Jobs
import JobsPostgres
import Postgres

/// Every kind of job that this build runs: one line a job.
struct JobCatalog: Sendable {
    let definitions: [JobDefinition<PostgresJobStore>]

    init(pool: PostgresPool, live: LiveSettings) {
        definitions = [
            JobDefinition(
                kind: ValueInvestments.kind, money: false, retry: live.value.investmentsRetry, deadline: .seconds(3_600)
            ) { ValueInvestments(pool: pool, settings: live.value.investments) },
        ]
        precondition(Set(definitions.map(\.kind.name)) == Self.kinds, "each job stands in both lists")
    }

    /// The names of them all, for what must know them before there is a database.
    static let kinds: Set<String> = [ValueInvestments.kind.name]

    /// What the store must know of each.
    static func limits(of definitions: [JobDefinition<PostgresJobStore>]) -> [KindLimits] {
        definitions.map { KindLimits($0) }
    }
}
