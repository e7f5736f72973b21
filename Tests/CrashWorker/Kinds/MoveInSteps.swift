import Jobs
import JobsPostgres
import Postgres

/// A transfer a step, each with its checkpoint, and a last one with the completion.
actor MoveInSteps: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        let steps = order.steps ?? 5
        for step in (try Checkpoint(of: attempt.claim)?.done ?? 0)..<steps {
            try await attempt.step(
                checkpoint: Checkpoint(done: step + 1).text, progress: RunProgress(done: step + 1, total: steps)
            ) { transaction in
                try await transaction.run(order.posting("\(step)", under: attempt.claim))
            }
            try await order.pause()
        }
        return .done(posting: order.posting("last", under: attempt.claim))
    }
}
