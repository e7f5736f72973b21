import DatabaseTestSupport
import Effects
import Logging
import Postgres
import Primitives
import ProviderSupport
import TestSupport

/// A database of its own, a company, and a clock that the test moves.
struct EffectsWorld: Sendable {
    let address: PostgresAddress
    let pool: PostgresPool
    let intents: Intents
    let provider: TestProvider
    let time: ManualTime
    let log: LoggedEvents

    static let begin = Instant(seconds: 1_790_000_000)
    static let target = "bank"

    /// Decides on a payment.
    @discardableResult
    func plan(
        _ businessKey: String, revision: Int = 1, request: String? = nil, by who: String = "test"
    ) async throws -> Intent {
        let plan = try payment(businessKey, revision: revision, request: request)
        return try await pool.transaction { try await intents.plan(plan, by: who, in: $0) }
    }

    func perform(_ intent: Intent) async throws -> IntentProgress {
        try await intents.perform(intent.id, via: provider, by: "test")
    }

    /// Works on an intent, moving the clock to whenever there is something to do, until it is settled.
    func settle(_ intent: Intent, stepsMax: Int = 200) async throws -> Intent {
        for _ in 0..<stepsMax {
            let progress = try await perform(intent)
            guard let again = progress.again else { return progress.intent }
            time.set(to: max(again, time.now()))
        }
        throw PostgresError(.timeout, "the intent did not settle")
    }

    func state(of intent: Intent) async throws -> IntentState? {
        try await pool.explainIntent(intent.id)?.intent.state
    }

    func count(_ sql: SQL) async throws -> Int64 {
        try await pool.value(sql, as: Int64.self)
    }

    /// What the history says, oldest first.
    func story(of intent: Intent) async throws -> [String] {
        try await pool.explainIntent(intent.id)?.entries.map { "\($0.cause): \($0.to.rawValue)" } ?? []
    }
}

func payment(_ businessKey: String, revision: Int = 1, request: String? = nil) throws -> IntentPlan {
    try IntentPlan(
        target: EffectsWorld.target, operation: "pay", businessKey: businessKey, revision: revision,
        request: Array((request ?? "\(businessKey)|100").utf8))
}

func bank(_ change: (inout EffectTarget) -> Void = { _ in }) throws -> EffectTarget {
    var target = try EffectTarget(EffectsWorld.target)
    change(&target)
    return target
}

func manners(_ change: (inout ProviderManners) -> Void) -> ProviderManners {
    var manners = ProviderManners.reliable
    change(&manners)
    return manners
}

/// Gives `body` a world whose target has been reconciled.
func withWorld(
    manners: ProviderManners = .reliable, seed: UInt64 = 1, target: EffectTarget? = nil, released: Bool = true,
    uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    onPhase: @escaping @Sendable (TestProvider.Phase, IdempotencyKey) async throws -> Void = { _, _ in },
    onChange: @escaping @Sendable (IntentChange, Transaction) async throws -> Void = { _, _ in },
    _ body: @Sendable (EffectsWorld) async throws -> Void
) async throws {
    let time = ManualTime(EffectsWorld.begin)
    let provider = TestProvider(manners: manners, seed: seed, time: time, onPhase: onPhase)
    let target = try target ?? bank()
    try await withDatabase { database in
        try await PostgresPool.withPool(address: database.address, size: 6) { pool in
            let log = LoggedEvents()
            let intents = Intents(
                pool: pool, targets: [target], time: time, logger: log.logger, uptime: uptime, onChange: onChange)
            try await intents.register()
            let world = EffectsWorld(
                address: database.address, pool: pool, intents: intents, provider: provider, time: time, log: log)
            if released { try await world.release() }
            try await body(world)
        }
    }
}

extension EffectsWorld {
    /// Waits until the company's list proves something, and goes through it.
    @discardableResult
    func release() async throws -> Reconciliation {
        for _ in 0..<100 {
            do {
                let last = try await intents.reconcile(Self.target, via: provider, by: "test")
                if last.isReleased { return last }
                if let until = last.tooEarlyUntil { time.set(to: max(until, time.now())) }
            } catch is ConnectionDropped {
                time.advance(by: .seconds(1))
            }
        }
        throw PostgresError(.timeout, "the target was not released")
    }
}
