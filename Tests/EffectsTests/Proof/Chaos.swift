import DatabaseTestSupport
import Effects
import Jobs
import Postgres
import Primitives
import ProviderSupport
import TestSupport

/// Payments to a dreadful company, worked on by performers that die, on a database that is set back to older copies.
///
/// What is to be paid is in the test's hands alone; everything else that the driver knows it reads from the database,
/// as a job does that starts over.
final class Chaos: Sendable {
    struct Size: Sendable {
        var obligations: Int
        /// How often the database is put back to an earlier copy of itself.
        var restores: Int
        var workers: Int
    }

    let size: Size
    let seed: UInt64
    let time = ManualTime(EffectsWorld.begin)
    let deaths: Deaths
    let provider: TestProvider
    let random: Shared<SeededRandom>
    let log = LoggedEvents()
    private let rounds = Shared(0)

    init(seed: UInt64, size: Size) {
        self.seed = seed
        self.size = size
        let deaths = Deaths(seed: seed ^ 0xDEAD)
        self.deaths = deaths
        random = Shared(SeededRandom(seed: seed ^ 0xC0FFEE))
        provider = TestProvider(manners: .dreadful, seed: seed, time: time) { phase, _ in try deaths.pass(phase) }
    }

    func draw<T>(_ body: (inout SeededRandom) -> T) -> T {
        random.change(body)
    }

    var businessKeys: [String] { (1...size.obligations).map { "payout:\($0)" } }

    /// Those that are to be paid by now: more in each round, so that there is always something new.
    func announce() -> ArraySlice<String> {
        let round = rounds.change { round in
            round += 1
            return round
        }
        return businessKeys.prefix(size.obligations * round / Self.announcingRounds)
    }

    private static let announcingRounds = 40

    /// Which refused payments are decided anew, to another account.
    func isDecidedAnew(_ businessKey: String, after revision: Int) -> Bool {
        revision < 3 && businessKey.utf8.reduce(revision) { $0 + Int($1) } % 3 != 0
    }
}

/// One life of the driver on one copy of the database.
struct ChaosLife: Sendable {
    let chaos: Chaos
    let pool: PostgresPool
    let intents: Intents
    let inbox: Inbox

    init(_ chaos: Chaos, pool: PostgresPool) throws {
        self.chaos = chaos
        self.pool = pool
        let target = try bank { $0.polling.cap = .seconds(3_600) }
        intents = Intents(pool: pool, targets: [target], time: chaos.time, logger: chaos.log.logger)
        inbox = Inbox(pool: pool, time: chaos.time, logger: chaos.log.logger)
    }

    /// What a job does when it starts over: decides again on all that is to be paid.
    func decide() async {
        await attempt {
            try await intents.register()
            let target = try await intents.standings().first
            if target?.heldSince != nil {
                _ = try await Deaths.$scale.withValue(0.005) {
                    try await intents.reconcile(EffectsWorld.target, via: chaos.provider, by: "chaos")
                }
            }
        }
        let announced = chaos.announce()
        guard let newest = try? await newestRevisions() else { return }
        for businessKey in announced {
            let known = newest[businessKey]
            if let known, !known.isRefused || !chaos.isDecidedAnew(businessKey, after: known.revision) { continue }
            await attempt {
                let revision = (known?.revision ?? 0) + 1
                let plan = try payment(
                    businessKey, revision: revision, request: "\(businessKey)|100|account \(revision)")
                _ = try await pool.transaction { try await intents.plan(plan, by: "chaos", in: $0) }
            }
        }
    }

    private typealias Newest = (revision: Int, isRefused: Bool)

    private func newestRevisions() async throws -> [String: Newest] {
        let rows = try await retrying {
            try await pool.query(
                """
                select distinct on (business_key) business_key, revision, state = 'refused' from bursar.intent
                order by business_key, revision desc
                """)
        }
        return try rows.reduce(into: [:]) { newest, row in
            var row = row
            newest[try row.next()] = (revision: try row.next(), isRefused: try row.next())
        }
    }

    /// Works on what is due, some of it by two at once.
    func work() async throws {
        let due = try await dueIDs()
        await withTaskGroup { group in
            for worker in 0..<chaos.size.workers {
                let own = chaos.draw { random in
                    due.filter { id in Int(id) % chaos.size.workers == worker || random.happens(0.05) }
                        .shuffled(using: &random)
                }
                group.addTask {
                    for id in own {
                        await attempt { _ = try await intents.perform(id, via: chaos.provider, by: "worker \(worker)") }
                    }
                }
            }
        }
    }

    private func dueIDs() async throws -> [Int64] {
        let rows = try await retrying {
            try await pool.query(
                "select id from bursar.intent where next_at <= \(chaos.time.now()) order by next_at, id limit 2000")
        }
        return try rows.map { row in
            var row = row
            return try row.next()
        }
    }

    /// Receives what the company tells, and processes it in transactions of their own.
    func hear() async throws {
        for webhook in chaos.provider.takeWebhooks() {
            await attempt {
                let delivery = try InboxDelivery(
                    source: EffectsWorld.target, event: webhook.event, headers: ["x-event": webhook.event],
                    body: webhook.body)
                _ = try await inbox.receive(delivery)
            }
        }
        let now = chaos.time.now() + .seconds(1)
        for id in try await retrying({ try await inbox.unprocessed(receivedBefore: now, limit: 10_000) }) {
            await attempt {
                try await pool.transaction { transaction in
                    _ = try await inbox.process(id, by: "webhook \(id)", in: transaction) { event, transaction in
                        guard let report = ProviderWebhook.report(in: event.delivery.body) else { return }
                        try await intents.observe(
                            report, of: EffectsWorld.target, by: "webhook \(id)", in: transaction)
                    }
                }
            }
        }
    }

    /// How many obligations are not settled yet.
    func open() async throws -> Int {
        let newest = try await newestRevisions()
        let unsettled = try await retrying {
            try await pool.value(
                "select count(*) from bursar.intent where next_at is not null", as: Int.self)
        }
        let refused = newest.filter { $0.value.isRefused && chaos.isDecidedAnew($0.key, after: $0.value.revision) }
        return chaos.size.obligations - newest.count + unsettled + refused.count
    }

    /// Whatever `body` throws is a death: nothing is known of how far it came, and nothing is done about it here.
    private func attempt(_ body: @escaping @Sendable () async throws -> Void) async {
        let victim = Shared<Task<Void, Never>?>(nil)
        let task = Deaths.$victim.withValue(victim) {
            // Ends with the work it does, or is cancelled where a performer dies.
            Task {
                do { try await body() } catch {}
            }
        }
        victim.value = task
        await task.value
    }

    /// For what the test itself must know.
    private func retrying<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        for _ in 0..<50 {
            do { return try await body() } catch is PostgresError {}
        }
        return try await body()
    }
}
