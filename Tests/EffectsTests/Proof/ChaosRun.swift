import DatabaseTestSupport
import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

/// What was found in the end, by business key.
struct ChaosVerdict: Sendable {
    /// More than one effect.
    var double: [String] = []
    /// No intent, or one that is not settled.
    var lost: [String] = []
    /// The intent says something else than the company.
    var wrong: [String] = []
    var done = 0
    var refused = 0
    var reversed = 0
    var parked = 0
    var restores = 0
}

/// Lives of the driver, one after the other, until everything is settled.
struct ChaosRun: Sendable {
    let chaos: Chaos
    let database: TestDatabase

    private static let livesMax = 80
    private static let roundsPerLife = 4

    func run() async throws -> ChaosVerdict {
        var current = database.address
        var copy: (name: String, life: Int)?
        var made: [String] = []
        var restores = 0
        for life in 1...Self.livesMax {
            chaos.deaths.set(share: 0.02)
            let open = try await withPool(current) { try await live(on: $0) }
            if open == 0 { break }
            if restores < chaos.size.restores, copy == nil, life > 1 {
                let name = "\(database.name)_copy_\(life)"
                try await cluster("create database \"\(name)\" template \"\(current["dbname"] ?? database.name)\"")
                made.append(name)
                copy = (name, life)
            } else if let older = copy, life >= older.life + 2 {
                current = database.address.setting("dbname", to: older.name)
                copy = nil
                restores += 1
            }
        }
        chaos.deaths.set(share: 0)
        chaos.provider.change { $0.failsToTell = 0 }
        var verdict = try await withPool(current) { pool in try await judge(on: pool) }
        verdict.restores = restores
        for name in made { try await cluster("drop database \"\(name)\" with (force)") }
        return verdict
    }

    private func withPool<T: Sendable>(
        _ address: PostgresAddress, _ body: @Sendable (PostgresPool) async throws -> T
    ) async throws -> T {
        let options = ConnectionOptions(observer: chaos.deaths)
        return try await PostgresPool.withPool(address: address, size: chaos.size.workers + 2, options: options, body)
    }

    private func cluster(_ command: String) async throws {
        let connection = try await PostgresConnection.connect(to: database.address.setting("dbname", to: "postgres"))
        try await connection.script(command)
        await connection.close()
    }

    /// A few rounds, between which time passes: moments, hours, now and then a day.
    private func live(on pool: PostgresPool) async throws -> Int {
        let life = try ChaosLife(chaos, pool: pool)
        for _ in 0..<Self.roundsPerLife {
            await life.decide()
            try await life.work()
            try await life.hear()
            if try await life.open() == 0 { return 0 }
            chaos.time.advance(
                by: chaos.draw { random in
                    let longest: [Duration] = [.seconds(30), .seconds(600), .seconds(7_200), .seconds(30 * 3_600)]
                    return random.duration(below: longest.randomElement(using: &random) ?? .seconds(60))
                })
        }
        return try await life.open()
    }
}

// MARK: The verdict

extension ChaosRun {
    private func judge(on pool: PostgresPool) async throws -> ChaosVerdict {
        let life = try ChaosLife(chaos, pool: pool)
        // Whatever still happens by itself has happened, and the hourly look at the list has been taken.
        chaos.time.advance(by: .seconds(48 * 3_600))
        for _ in 1...2 {
            _ = try await life.intents.reconcile(EffectsWorld.target, via: chaos.provider, by: "back-fill")
        }
        let effects = chaos.provider.effects()
        var verdict = ChaosVerdict()
        for businessKey in chaos.businessKeys {
            let revisions = try await pool.intents(of: businessKey)
            guard let newest = revisions.first, newest.state.isSettled else {
                verdict.lost.append("\(businessKey): \(try await story(of: revisions.first, on: pool))")
                continue
            }
            let made = (effects[businessKey] ?? []).filter { $0.status(at: chaos.time.now()) != .failed }
            if made.count > 1 { verdict.double.append(businessKey) }
            try await compare(newest, with: made, life, &verdict)
        }
        return verdict
    }

    private func compare(
        _ intent: Intent, with made: [ProviderEffect], _ life: ChaosLife, _ verdict: inout ChaosVerdict
    ) async throws {
        let status = made.first?.status(at: chaos.time.now())
        var isRight = false
        switch intent.state {
        case .done:
            verdict.done += 1
            isRight = made.count == 1 && status == .succeeded && made[0].remoteID == intent.standing.remoteID
        case .reversed:
            verdict.reversed += 1
            isRight = made.count == 1 && status == .reversed && made[0].remoteID == intent.standing.remoteID
        case .refused:
            verdict.refused += 1
            isRight = made.isEmpty
        case .parked:
            verdict.parked += 1
            // A person's look-up tells: of this decision, or of a later one that the database has lost.
            let after = try await life.intents.lookUp(intent.id, via: chaos.provider, by: "a person")
            let own = made.filter { $0.key == intent.key }
            isRight = made.count <= 1 && (after.state == .parked) == own.isEmpty
        case .planned, .submitting, .accepted, .unknown: break
        }
        if !isRight {
            let effects = made.map { "\($0.remoteID) \($0.status(at: chaos.time.now())?.rawValue ?? "")" }
            verdict.wrong.append(
                "\(intent.businessKey), made \(effects): \(try await story(of: intent, on: life.pool))")
        }
    }

    /// For whoever reads the failure.
    private func story(of intent: Intent?, on pool: PostgresPool) async throws -> String {
        guard let intent, let history = try await pool.explainIntent(intent.id) else { return "never decided" }
        let rows = history.entries.suffix(12).map { "\($0.at.rfc3339) \($0.cause) \($0.to): \($0.detail)" }
        return "\(intent.state) revision \(intent.revision)\n" + rows.joined(separator: "\n")
    }
}
