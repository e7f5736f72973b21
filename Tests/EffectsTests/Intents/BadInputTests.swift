import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

@Suite struct BadInputTests {
    private func refusal(
        target: String = "bank", operation: String = "pay", businessKey: String = "payout:1", revision: Int = 1,
        request: [UInt8] = [1]
    ) -> EffectError? {
        do {
            _ = try IntentPlan(
                target: target, operation: operation, businessKey: businessKey, revision: revision, request: request)
            return nil
        } catch {
            return error
        }
    }

    @Test func `keys, names, revisions and requests outside their limits are refused before the database`() {
        #expect(refusal() == nil)
        for key in ["", String(repeating: "k", count: 10_240), "payout 1", "payout:\n", "páyout", "payout:\u{0}", " "] {
            #expect(refusal(businessKey: key)?.code == .invalid, "\(key.prefix(20))")
        }
        for name in ["", "Bank", "bank account", "-bank", String(repeating: "b", count: 61), "b\u{0}", "bänk"] {
            #expect(refusal(target: name)?.code == .invalid)
            #expect(refusal(operation: name)?.code == .invalid)
        }
        for revision in [-1, 0, 17, Int.max, Int.min] { #expect(refusal(revision: revision)?.code == .invalid) }
        #expect(refusal(request: [UInt8](repeating: 0, count: (1 << 20) + 1))?.code == .invalid)
        #expect(refusal(request: []) == nil)
        #expect(refusal(businessKey: String(repeating: "k", count: 200)) == nil)
        let shown = refusal(businessKey: String(repeating: "k", count: 10_240))?.description ?? ""
        #expect(shown.utf8.count < 400)
    }

    @Test func `the longest of everything fits the schema`() async throws {
        let target = try EffectTarget(String(repeating: "t", count: 60))
        try await withWorld(target: target, released: false) { world in
            let plan = try IntentPlan(
                target: target.name, operation: String(repeating: "o", count: 60),
                businessKey: String(repeating: "~", count: 200), revision: 1,
                request: [UInt8](repeating: 0xFF, count: 1 << 20))
            let who = String(repeating: "ü\u{0}", count: 5_000)
            let intent = try await world.pool.transaction { try await world.intents.plan(plan, by: who, in: $0) }
            #expect(intent.businessKey.count == 200)
        }
    }

    @Test func `whatever a company answers is kept within limits`() async throws {
        try await withWorld { world in
            let long = String(repeating: "Ω\u{0}", count: 50_000)
            let answers: [EffectAnswer] = [
                .refused(code: long, message: long), .refused(code: "", message: ""), .unknown(why: long),
                .accepted(remoteID: ""), .throttled(retryAfter: .seconds(Int64.max / 4)),
                .throttled(retryAfter: .seconds(-5)),
            ]
            for (number, answer) in answers.enumerated() {
                let intent = try await world.plan("payout:\(number)")
                let company = OneAnswer(answer: answer)
                let after = try await world.intents.perform(intent.id, via: company, by: "test").intent
                #expect(after.state != .submitting)
                let next = after.standing.nextAt
                #expect(next == nil || (next ?? world.time.now()) <= world.time.now() + .seconds(7 * 3_600))
            }
        }
    }

    @Test func `keys are stable for ever, and of unlike fields unlike`() {
        let key = IdempotencyKey.ofIntent(target: "bank", operation: "pay", businessKey: "payout:1", revision: 1)
        #expect(key.description == "90b632f0-2e5d-5b4c-a1d7-dfa04a6d7f35")
        #expect(key.description.count == 36 && Array(key.description)[14] == "5")
        let others = [
            IdempotencyKey.ofIntent(target: "ban", operation: "kpay", businessKey: "payout:1", revision: 1),
            .ofIntent(target: "bank", operation: "pay", businessKey: "payout:11", revision: 1),
            .ofIntent(target: "bank", operation: "pay", businessKey: "payout:1", revision: 11),
            .ofIntent(target: "bank", operation: "pay", businessKey: "payout:1", revision: 2),
            .ofMessage(kind: "bank", dedupeKey: "payout:1"), key,
        ]
        #expect(Set(others).count == others.count)
        #expect(IdempotencyKey(key.description.uppercased()) == key && IdempotencyKey("payout:1") == nil)
    }
}

private struct OneAnswer: EffectProvider {
    let answer: EffectAnswer

    func submit(_ request: EffectRequest, key: IdempotencyKey) async throws -> EffectAnswer { answer }

    func lookUp(_ reference: EffectReference) async throws -> EffectReport? { nil }

    func list(since: Instant?, after cursor: String?) async throws -> EffectPage {
        EffectPage(reports: [], next: nil)
    }
}
