import Jobs
import JobsPostgres
import Postgres

/// Fails two attempts, the first after a committed step; the third moves the money.
actor FailTwice: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        if attempt.claim.checkpoint == nil {
            try await attempt.step(checkpoint: Checkpoint(done: 1).text) { transaction in
                try await transaction.run(order.posting("early", under: attempt.claim))
            }
        }
        if attempt.claim.failures < 2 { throw Boom() }
        return .done(posting: order.posting(under: attempt.claim))
    }
}
