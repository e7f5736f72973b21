import Config
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
        precondition(
            Set(definitions.filter(\.isIdempotent).map(\.kind.name)) == Self.batchedKinds,
            "each job that is taken by the batch stands in both lists")
    }

    /// The names of them all, for what must know them before there is a database.
    static let kinds: Set<String> = [ValueInvestments.kind.name]
    /// Those whose jobs are taken by the batch.
    static let batchedKinds: Set<String> = []

    /// Those that are backed by money.
    var moneyKinds: Set<String> { Set(definitions.filter(\.money).map(\.kind.name)) }

    /// What the store must know of each.
    ///
    /// - Parameter limits: what the configuration says, by kind; it goes before what the kind itself says.
    func limits(_ limits: [String: Configuration.KindLimit]) -> [KindLimits] {
        definitions.map { definition in
            var gates = definition.gates
            if !definition.isIdempotent, let limit = limits[definition.kind.name] {
                gates.concurrency = limit.concurrency ?? gates.concurrency
                gates.perKey = limit.perKey ?? gates.perKey
            }
            return KindLimits(
                kind: definition.kind, deadline: definition.deadline, gates: gates,
                isIdempotent: definition.isIdempotent)
        }
    }
}
