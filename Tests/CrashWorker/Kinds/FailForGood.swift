import Jobs
import JobsPostgres
import Postgres

/// Fails every attempt, after a step that stays.
actor FailForGood: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        if attempt.claim.checkpoint == nil {
            try await attempt.step(checkpoint: Checkpoint(done: 1).text) { transaction in
                try await transaction.run(order.posting(under: attempt.claim))
            }
        }
        throw Boom()
    }
}
