import Jobs
import JobsPostgres
import Postgres
import Primitives

/// One transfer a tick: its business key ends in the instant that the tick is for.
actor MoveEachTick: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        guard let tick = attempt.claim.tick else { return .cancel(reason: "no tick") }
        return .done(posting: order.posting(tick.instant.rfc3339, under: attempt.claim))
    }
}
