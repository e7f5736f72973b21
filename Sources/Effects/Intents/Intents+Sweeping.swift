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
    ///
    /// One that could not be worked on counts for nothing: it is put off, and the next one due is taken in its place.
    package func sweep(
        _ target: String, via provider: some EffectProvider, limit: Int, by who: String = "sweep"
    ) async throws -> IntentSweep {
        _ = try self.target(target)
        var sweep = IntentSweep()
        var seen: [Int64] = []
        var failed = 0
        repeat {
            failed = sweep.failures.count
            let due = DueIntents(target: target, except: seen, now: time?.now(), limit: limit - sweep.worked)
            for id in try await pool.run(due) {
                try Task.checkCancellation()
                seen.append(id)
                try await work(on: id, via: provider, by: who, &sweep)
            }
        } while sweep.failures.count > failed && sweep.worked < limit && sweep.failures.count < Self.failuresMax
        return sweep
    }

    /// After so many a sweep looks for no more.
    static let failuresMax = 1_000
    /// For how long one that could not be worked on is left alone.
    private static let failurePause = Duration.seconds(60)

    private func work(
        on id: Int64, via provider: some EffectProvider, by who: String, _ sweep: inout IntentSweep
    ) async throws {
        do {
            let progress = try await perform(id, via: provider, by: who)
            sweep.worked += 1
            if progress.again == nil { sweep.settled += 1 }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            sweep.failures.append("intent \(id): \(error)")
            // Nothing hangs on it: what cannot be put off is due again, and the next sweep tries.
            try? await putOff(id, by: who)
        }
    }

    /// So that those that fail do not stand before all others for ever, however many they are.
    private func putOff(_ id: Int64, by who: String) async throws {
        try await pool.transaction { transaction in
            var held = try await hold(id, in: transaction)
            guard held.machine.putOff(until: held.now + Self.failurePause, at: held.now) else { return }
            try await write(&held, .park, nil, by: who, in: transaction)
        }
    }
}
