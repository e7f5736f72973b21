import Jobs
import JobsPostgres
import Postgres

/// The payload of every kind here: what to move, and how to behave.
struct TransferOrder: Sendable, Codable {
    /// One transfer of this key must come of the job, whatever happens.
    var key: String
    var debit: Int64
    var credit: Int64
    var amount: Int64
    /// Steps, for kinds that have some; each posts a transfer of `key/number`.
    var steps: Int?
    /// How long the job does nothing, before its transfer or between two steps.
    var pauseMilliseconds: Int?

    func pause() async throws {
        guard let pauseMilliseconds else { return }
        try await ContinuousClock().sleep(for: .milliseconds(pauseMilliseconds))
    }

    /// The statement that moves the money, for the whole job or one part of it.
    func posting(_ part: String? = nil, under claim: Claim) -> PostTransfer {
        PostTransfer(
            key: part.map { "\(key)/\($0)" } ?? key, transfer: self, job: claim.job, lease: claim.lease)
    }
}

extension JobOutcome {
    /// Done, with one transfer as the last effect.
    static func done(posting statement: PostTransfer) -> JobOutcome where Transaction == Postgres.Transaction {
        .done(RunReport(totals: "{}", hasWarnings: false)) { transaction in try await transaction.run(statement) }
    }
}
