import Postgres
import Primitives
import ProviderSupport

@testable import Effects

/// A statement that runs often, and the conditions by which it must read an index.
struct HotStatement: Sendable {
    let name: String
    /// Lines of the plan: `index: condition`.
    let reads: [String]
    /// The plan that the server makes when it knows the values.
    let known: @Sendable (PostgresPool) async throws -> String
    /// The plan that it makes once for all values.
    let generic: @Sendable (PostgresPool) async throws -> String

    private init<S: Statement>(_ statement: S, _ reads: String...) {
        name = S.name
        self.reads = reads
        known = { pool in try await pool.run(Explained(inner: statement)).joined(separator: "\n") }
        generic = { pool in
            try await pool.withConnection { connection in
                let count = S.sql.matches(of: /\$(\d+)/).compactMap { Int($0.output.1) }.max() ?? 0
                let nulls = Array(repeating: "null", count: count).joined(separator: ", ")
                try await connection.script("set plan_cache_mode = force_generic_plan; prepare hot as \(S.sql)")
                var rows = try await connection.query(SQL(unsafe: "explain execute hot(\(nulls))"))
                let lines = try rows.indices.map { try rows[$0].next(String.self) }
                try await connection.script("deallocate hot; reset plan_cache_mode")
                return lines.joined(separator: "\n")
            }
        }
    }

    /// The list that a plan is held against. The clock is asked once, as in the product.
    static func all() throws -> [HotStatement] {
        let target = EffectsWorld.target
        let key = IdempotencyKey.ofMessage(kind: "a", dedupeKey: "b")
        let kind = try OutboxKind("mail", doubt: .park)
        let age = EffectsKeeping.age
        let why = "why"
        return [
            HotStatement(
                DueIntents(target: target, except: [1, 2], now: nil, limit: 10), "intent_due: next_at <= $"),
            HotStatement(LockIntent(id: 1, now: nil), "intent_pkey: id ="),
            HotStatement(IntentsOfReport(target: target, reference: key, remoteID: "x"), "intent_key_key: key ="),
            HotStatement(
                IntentsOfReport(target: target, reference: nil, remoteID: "x"), "intent_by_remote: remote_id ="),
            HotStatement(
                IntentsOfBusinessKey(businessKey: "k"), "intent_business_key_revision_key: business_key ="),
            HotStatement(EntriesOfIntent(id: 1, limit: 10), "effect_event_of_intent: intent_id ="),
            HotStatement(HoldTarget(name: target, why: why, now: nil), "intent_sent: target ="),
            HotStatement(HoldMovedTargets(now: nil), "intent_sent: target ="),
            HotStatement(StraysOfKeys(target: target, references: ["r"]), "effect_finding_: target ="),
            HotStatement(ClaimMessage(kind: kind, now: nil), "outbox_message_due: next_at <= $"),
            HotStatement(DropMessages(age: age, limit: 10, now: nil), "outbox_message_settled: settled_at < $"),
            HotStatement(
                UnprocessedEvents(before: EffectsWorld.begin, limit: 10), "inbox_event_open: received_at <"),
            HotStatement(DropInboxEvents(age: age, limit: 10, now: nil), "inbox_event_processed: processed_at < $"),
        ]
    }
}

/// The plan of a statement with its values.
private struct Explained<S: Statement>: Statement {
    let inner: S

    static var sql: String { "explain " + S.sql }

    func bind(to bindings: inout Bindings) { inner.bind(to: &bindings) }

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}
