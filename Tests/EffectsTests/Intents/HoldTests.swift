import DatabaseTestSupport
import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

@Suite struct HoldTests {
    @Test func `a target begins held: intents wait until its list was gone through, not too early`() async throws {
        try await withWorld(released: false) { world in
            let intent = try await world.plan("payout:1")
            guard case .held(_, let why, _) = try await world.perform(intent) else {
                Issue.record("it was not held")
                return
            }
            #expect(why.contains("new"))
            let early = try await world.intents.reconcile(EffectsWorld.target, via: world.provider, by: "test")
            #expect(!early.isReleased && early.tooEarlyUntil == EffectsWorld.begin + .seconds(960))
            #expect(world.provider.calls(of: intent.key) == 0)
            world.time.advance(by: .seconds(960))
            #expect(try await world.intents.reconcile(EffectsWorld.target, via: world.provider, by: "test").isReleased)
            #expect(try await world.settle(intent).state == .done)
            #expect(world.log.codes == ["BRS-8201", "BRS-8202"])
        }
    }

    @Test func `a list that cannot be fetched releases nothing`() async throws {
        try await withWorld(manners: manners { $0.failsToTell = 1 }, released: false) { world in
            world.time.advance(by: .seconds(960))
            await #expect(throws: ConnectionDropped.self) {
                try await world.intents.reconcile(EffectsWorld.target, via: world.provider, by: "test")
            }
            let standing = try #require(try await world.intents.standings().first)
            #expect(standing.heldSince != nil)
        }
    }

    @Test func `a hold that came while the list was gone through stays`() async throws {
        try await withWorld(released: false) { world in
            world.time.advance(by: .seconds(960))
            let list = HookedList(company: world.provider) {
                // Another history, while this one is being compared.
                try await world.pool.execute(
                    "update bursar.effect_target set held_since = held_since + interval '1 s', history = 'other'")
            }
            let result = try await world.intents.reconcile(EffectsWorld.target, via: list, by: "test")
            #expect(!result.isReleased)
        }
    }

    @Test func `a database that was restored holds, recognises what it has lost, and does none of it twice`()
        async throws
    {
        try await withWorld { world in
            let kept = try await world.plan("payout:kept")
            let name = try await world.pool.value("select current_database()", as: String.self)
            let copy = try await world.copyWithout(name)
            // Lost: one that the copy has as planned, one that it does not know, one that was refused and then paid.
            _ = try await world.settle(kept)
            _ = try await world.settle(try await world.plan("payout:lost"))
            world.provider.change { $0.refuses = 1 }
            _ = try await world.settle(try await world.plan("payout:twice"))
            world.provider.change { $0.refuses = 0 }
            _ = try await world.settle(try await world.plan("payout:twice", revision: 2))
            world.time.advance(by: .seconds(30 * 3_600))

            try await copy { restored in
                let intents = ["payout:kept", "payout:lost", "payout:twice"]
                for key in intents { try await restored.plan(key) }
                let again = try #require(try await restored.pool.intents(of: "payout:kept").first)
                guard case .held = try await restored.perform(again) else {
                    Issue.record("a restored database submits")
                    return
                }
                #expect(restored.log.codes.contains("BRS-8201"))
                let result = try await restored.release()
                #expect(result.reports == 3 && result.moved == 2 && result.strays == 1)
                var states: [IntentState] = []
                for key in intents {
                    let intent = try #require(try await restored.pool.intents(of: key).first)
                    states.append(try await restored.settle(intent).state)
                }
                #expect(states == [.done, .done, .parked])
                #expect(intents.allSatisfy { restored.provider.effects(of: $0).count == 1 })
            }
        }
    }

    @Test func `a copy that was taken while the target was held waits anew before it believes a list`() async throws {
        try await withWorld(manners: manners { $0.visibilityDelay = .seconds(800) }) { world in
            try await world.intents.hold(EffectsWorld.target, because: "the account is being audited")
            let name = try await world.pool.value("select current_database()", as: String.self)
            let copy = try await world.copyWithout(name)
            let standing = try #require(try await world.intents.standings().first)
            try await world.release()
            // What the copy does not know, and the company's list does not show yet.
            _ = try await world.perform(try await world.plan("payout:lost"))

            try await copy { restored in
                let begin = restored.time.now()
                let early = try await restored.intents.reconcile(
                    EffectsWorld.target, via: restored.provider, by: "test")
                #expect(!early.isReleased && early.tooEarlyUntil == begin + .seconds(960))
                #expect(restored.log.codes == ["BRS-8201"])
                let held = try #require(try await restored.intents.standings().first)
                #expect(held.heldSince == begin && held.heldWhy?.contains("restored") == true)
                #expect(held.reconcileFrom == standing.reconcileFrom && held.reconcileFrom != nil)
                let result = try await restored.release()
                #expect(result.reports == 1 && result.strays == 1)
                let intent = try await restored.plan("payout:lost")
                #expect(try await restored.settle(intent).state == .done)
                #expect(restored.provider.calls(of: intent.key) == 1)
            }
        }
    }

    @Test func `a call that is under way when its target is held is waited for before a list proves something`()
        async throws
    {
        let frozen = EventProbe<Int>()
        let thaw = EventProbe<Int>()
        try await withWorld(onPhase: { phase, _ in
            guard phase == .arrived else { return }
            frozen.record(1)
            _ = try await thaw.next()
        }) { world in
            let intent = try await world.plan("payout:1")
            async let call = world.perform(intent)
            _ = try await frozen.next()
            try await world.intents.hold(EffectsWorld.target, because: "the account is being audited")
            // Longer than anything stays unseen, and the call has not even been carried out.
            world.time.advance(by: .seconds(959))
            let early = try await world.intents.reconcile(EffectsWorld.target, via: world.provider, by: "test")
            #expect(!early.isReleased && early.tooEarlyUntil == world.time.now() + .seconds(1))
            thaw.record(1)
            _ = try await call
            world.time.advance(by: .seconds(1))
            #expect(try await world.intents.reconcile(EffectsWorld.target, via: world.provider, by: "test").isReleased)
        }
    }

    @Test func `an effect that nobody here knows is kept, and taken over by whoever decides it again`() async throws {
        try await withWorld { world in
            let plan = try payment("payout:1")
            let report = EffectReport(
                reference: plan.key, remoteID: "obj_9", status: .pending, madeAt: world.time.now())
            for status in [EffectReport.Status.pending, .pending, .succeeded, .pending] {
                let told = report.with(status)
                let observed = try await world.pool.transaction { transaction in
                    try await world.intents.observe(told, of: EffectsWorld.target, by: "webhook", in: transaction)
                }
                #expect(observed == .stray)
            }
            #expect(try await world.pool.openEffectFindings(limit: 9).map(\.remoteID) == ["obj_9"])
            let intent = try await world.plan("payout:1")
            let progress = try await world.perform(intent)
            #expect(progress.intent.state == .done && progress.intent.standing.remoteID == "obj_9")
            #expect(world.provider.calls(of: intent.key) == 0)
            #expect(try await world.pool.openEffectFindings(limit: 9).isEmpty)
            let history = try #require(try await world.pool.explainIntent(intent.id))
            #expect(history.findings.count == 1 && history.findings[0].settledAt != nil)
        }
    }

    @Test func `a person can hold a target, and an object without our reference is told`() async throws {
        try await withWorld { world in
            try await world.intents.hold(EffectsWorld.target, because: "the account is being audited")
            let intent = try await world.plan("payout:1")
            guard case .held(_, let why, _) = try await world.perform(intent) else {
                Issue.record("it was not held")
                return
            }
            #expect(why == "the account is being audited")
            world.time.advance(by: .seconds(960))
            let foreign = EffectReport(
                reference: nil, remoteID: "by-hand", status: .succeeded, madeAt: world.time.now())
            let result = try await world.intents.reconcile(
                EffectsWorld.target, list: [foreign], listedAt: world.time.now(), by: "test")
            #expect(result.isReleased && result.unreferenced == 1)
            #expect(try await world.pool.openEffectFindings(limit: 9).map(\.code) == [.unreferenced])
            #expect(try await world.settle(intent).state == .done)
        }
    }
}

extension EffectReport {
    fileprivate func with(_ status: Status) -> EffectReport {
        var report = self
        report.status = status
        return report
    }
}

private struct HookedList: EffectProvider {
    let company: TestProvider
    let hook: @Sendable () async throws -> Void

    func submit(_ request: EffectRequest, key: IdempotencyKey) async throws -> EffectAnswer {
        try await company.submit(request, key: key)
    }

    func lookUp(_ reference: EffectReference) async throws -> EffectReport? {
        try await company.lookUp(reference)
    }

    func list(since: Instant?, after cursor: String?) async throws -> EffectPage {
        try await hook()
        return try await company.list(since: since, after: cursor)
    }
}

extension EffectsWorld {
    /// Dumps the tables into another database, as a backup does: what it holds later is what was committed by now.
    fileprivate func copyWithout(
        _ name: String
    ) async throws -> @Sendable (@Sendable (EffectsWorld) async throws -> Void) async throws -> Void {
        let tables = ["effect_target", "intent"]
        var rows: [String] = []
        for table in tables {
            let sql = SQL(unsafe: "select coalesce(json_agg(t), '[]')::text from bursar.\(table) t")
            rows.append(try await pool.value(sql, as: String.self))
        }
        let backup = rows
        return { body in
            try await withDatabase { database in
                try await PostgresPool.withPool(address: database.address, size: 4) { pool in
                    for (table, json) in zip(tables, backup) {
                        try await pool.execute(
                            """
                            insert into bursar.\(unsafe: table) overriding system value
                            select r.*
                            from json_populate_recordset(null::bursar.\(unsafe: table), \(json)::text::json) r
                            """)
                    }
                    try await pool.execute("alter table bursar.intent alter column id restart with 1000")
                    let log = LoggedEvents()
                    let intents = Intents(pool: pool, targets: [try bank()], time: time, logger: log.logger)
                    try await body(
                        EffectsWorld(
                            address: database.address, pool: pool, intents: intents, provider: provider, time: time,
                            log: log))
                }
            }
        }
    }
}
