import Jobs
import JobsPostgres
import Postgres

/// One transfer, in the transaction that finishes the job.
actor MoveMoney: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        try await order.pause()
        return .done(posting: order.posting(under: attempt.claim))
    }
}
