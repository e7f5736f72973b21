package import Logging

/// One execution of a job: what it was given, and the only door through which it writes.
package struct Attempt<Store: JobStore>: Sendable {
    package let claim: Claim
    package let store: Store
    package let logger: Logger

    package init(claim: Claim, store: Store, logger: Logger) {
        self.claim = claim
        self.store = store
        self.logger = logger
    }

    /// Commits `effects`, the checkpoint and the progress together, fenced.
    ///
    /// `effects` runs again from its start when the database asks for it (a deadlock, a lost connection), so it must
    /// change nothing but the transaction. Throws `LeaseLost` when this attempt no longer holds the job, and
    /// `CancellationError` before it begins when the attempt was told to stop.
    package func step(
        checkpoint: String, progress: RunProgress? = nil,
        _ effects: @Sendable (Store.Transaction) async throws -> Void
    ) async throws {
        try Task.checkCancellation()
        try await store.step(claim, checkpoint: checkpoint, progress: progress, effects)
    }
}
