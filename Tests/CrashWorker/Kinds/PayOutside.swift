import Effects
import Jobs
import JobsPostgres
import Postgres

/// Has another company pay, by an intent, and posts what was paid with the completion.
actor PayOutside: Job {
    private let intents: Intents
    private let company: SocketCompany

    init(intents: Intents, company: SocketCompany) {
        self.intents = intents
        self.company = company
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let order = try attempt.payload(as: TransferOrder.self)
        let plan = try IntentPlan(
            target: SocketCompany.name, operation: "pay", businessKey: order.key,
            request: Array("\(order.key)|\(order.amount)".utf8))
        // The same decision again gives the intent that is there.
        let intent = try await intents.plan(plan, in: attempt, checkpoint: "{}")
        switch try await intents.perform(intent.id, via: company, for: attempt, checkpoint: "{}") {
        case .settled(let intent) where intent.state == .done:
            return .done(posting: order.posting(under: attempt.claim))
        case .settled(let intent): return .park(reason: "the intent is \(intent.state)")
        case .waiting(_, let until), .held(_, _, let until): return .snooze(until: until)
        }
    }
}
