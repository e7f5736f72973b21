import Jobs
import JobsPostgres
import Postgres

/// One transfer, and a trail that shows in which order the jobs of a key took effect.
actor MoveInOrder: Job {
    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        let claim = attempt.claim
        return .done(RunReport(totals: "{}", hasWarnings: false)) { transaction in
            try await transaction.run(LeaveTrail(key: "\(order.debit)", job: claim.job))
            try await transaction.run(order.posting(under: claim))
        }
    }
}
