import Jobs
import JobsPostgres
import Postgres

/// Moves its money in a step, then asks for a person.
actor AskForPerson: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        if attempt.claim.checkpoint == nil {
            try await attempt.step(checkpoint: Checkpoint(done: 1).text) { transaction in
                try await transaction.run(order.posting(under: attempt.claim))
            }
        }
        return .park(reason: "which of the two?")
    }
}
