import Postgres
import Primitives

/// What a sweep did.
package struct IntentSweep: Sendable, Hashable {
    package var worked = 0
    package var settled = 0
    /// Those that could not be worked on: the database failed, or what a system writes with the move.
    package var failures: [String] = []
}

extension Intents {
    /// Works on up to `limit` intents of a target that are due: asks for what was accepted, takes over what a performer
    /// that is gone has left, submits what was decided. The poller beside the webhooks.
    package func sweep(
        _ target: String, via provider: some EffectProvider, limit: Int, by who: String = "sweep"
    ) async throws -> IntentSweep {
        _ = try self.target(target)
        var sweep = IntentSweep()
        for id in try await pool.run(DueIntents(target: target, now: time?.now(), limit: limit)) {
            try Task.checkCancellation()
            do {
                let progress = try await perform(id, via: provider, by: who)
                sweep.worked += 1
                if progress.again == nil { sweep.settled += 1 }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                sweep.failures.append("intent \(id): \(error)")
            }
        }
        return sweep
    }
}
