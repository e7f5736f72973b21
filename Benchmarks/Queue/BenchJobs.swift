import Jobs
import JobsPostgres
import Postgres

/// A job that has nothing to do, of a kind that may be done again.
actor NoOpJob: IdempotentJob {
    static let kind: JobKind = "bench.noop"
    private let count: JobCount

    init(_ count: JobCount) {
        self.count = count
    }

    func run(_ task: BatchedJob) async throws -> BatchedOutcome {
        count.add()
        return .done
    }

    static func definition(_ count: JobCount) -> JobDefinition<PostgresJobStore> {
        JobDefinition(idempotent: kind, retry: RetryPolicy(), deadline: .seconds(600)) { NoOpJob(count) }
    }
}

/// A job that posts one transfer, in the transaction that ends it.
actor TransferJob: Job {
    static let kind: JobKind = "bench.transfer"
    private static let report = RunReport(totals: "{}", hasWarnings: false)
    private let count: JobCount

    init(_ count: JobCount) {
        self.count = count
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let transfer = InsertTransfer(job: attempt.claim.job)
        count.add()
        return .done(Self.report) { transaction in try await transaction.runAtEnd(transfer) }
    }

    static func definition(_ count: JobCount) -> JobDefinition<PostgresJobStore> {
        JobDefinition(kind: kind, money: true, retry: RetryPolicy(), deadline: .seconds(600)) { TransferJob(count) }
    }
}

/// Posts a transfer whose business key is its job.
struct InsertTransfer: Statement {
    let job: Int64

    static let table = """
        create table bench_transfer (
            id bigint generated always as identity primary key, business_key text not null unique,
            debit bigint not null, credit bigint not null, amount bigint not null check (amount > 0),
            created_at timestamptz not null default now())
        """

    static let sql = """
        insert into bench_transfer (business_key, debit, credit, amount)
        values ('job ' || $1, 1 + $1 % 1000, 1001 + $1 % 1000, 100 + $1 % 977)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(job)
    }
}
