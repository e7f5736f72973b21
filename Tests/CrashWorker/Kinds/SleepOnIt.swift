import Jobs
import JobsPostgres
import Postgres
import Primitives

/// Moves some, asks to come back a moment later, then moves the rest.
actor SleepOnIt: Job {
    private static let nap = Duration.milliseconds(30)

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        guard attempt.claim.checkpoint == nil else { return .done(posting: order.posting(under: attempt.claim)) }
        try await attempt.step(checkpoint: Checkpoint(done: 1).text) { transaction in
            try await transaction.run(order.posting("early", under: attempt.claim))
        }
        return .snooze(until: SystemTime().now() + Self.nap)
    }
}
