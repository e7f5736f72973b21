package import Jobs
package import Postgres

// How a job uses intents: the decision in a step of its own, then `perform` until it is settled.
extension Intents {
    /// Decides in a fenced step of the attempt: an attempt that lost its lease decides nothing.
    package func plan<Store: JobStore>(
        _ plan: IntentPlan, in attempt: Attempt<Store>, checkpoint: String
    ) async throws -> Intent where Store.Transaction == Transaction {
        let made = Box<Intent?>(nil)
        try await attempt.step(checkpoint: checkpoint) { transaction in
            made.set(try await self.plan(plan, by: Self.name(of: attempt), in: transaction))
        }
        guard let intent = made.get() else { throw CancellationError() }
        return intent
    }

    /// Works on an intent for an attempt. A submission is begun in a fenced step, with the checkpoint that the job has:
    /// an attempt that lost its lease begins none. What came of one that was begun is recorded whoever holds the job.
    package func perform<Store: JobStore>(
        _ id: Int64, via provider: some EffectProvider, for attempt: Attempt<Store>, checkpoint: String
    ) async throws -> IntentProgress where Store.Transaction == Transaction {
        try await perform(id, via: provider, by: Self.name(of: attempt)) { body in
            try await attempt.step(checkpoint: checkpoint, body)
        }
    }

    private static func name<Store: JobStore>(of attempt: Attempt<Store>) -> String {
        "job \(attempt.claim.job) lease \(attempt.claim.lease)"
    }
}
