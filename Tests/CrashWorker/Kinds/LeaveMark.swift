import FoundationEssentials
import Jobs
import Postgres

/// Marks its business key as done, however often it is told to.
actor LeaveMark: IdempotentJob {
    private let pool: PostgresPool

    init(pool: PostgresPool) {
        self.pool = pool
    }

    func run(_ task: BatchedJob) async throws -> BatchedOutcome {
        let order = try JSONDecoder().decode(TransferOrder.self, from: Data(task.payload.utf8))
        try await pool.run(PutMark(key: order.key))
        return .done
    }
}
