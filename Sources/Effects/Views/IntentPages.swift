package import Postgres
package import Primitives

/// Which intents a list wants.
package struct IntentFilter: Sendable, Hashable {
    package var state: IntentState
    package var target: String?

    package init(state: IntentState, target: String? = nil) {
        self.state = state
        self.target = target
    }
}

/// An intent with everything that was done about it and heard of it.
package struct IntentHistory: Sendable, Hashable {
    /// A row of the history.
    package struct Entry: Sendable, Hashable {
        package let at: Instant
        package let who: String
        package let cause: String
        package let from: IntentState?
        package let to: IntentState
        package let attempt: Int
        package let detail: String
    }

    package let intent: Intent
    /// The newest `entriesMax` of them, the oldest first.
    package let entries: [Entry]
    /// Of the company's objects under its key.
    package let findings: [EffectFinding]
    /// Every revision of the obligation, this one included, the newest first.
    package let revisions: [Intent]

    package static let entriesMax = 1_000
}

extension StatementRunner {
    /// Up to `limit` intents before an id, newest first, and the id to go on from; nil after the last.
    package func intents(
        _ filter: IntentFilter, before: Int64?, limit: Int
    ) async throws(PostgresError) -> (intents: [Intent], next: Int64?) {
        precondition(limit > 0, "a page without a row has no key to go on from")
        let rows = try await run(IntentPage(filter: filter, before: before ?? .max, limit: limit))
        let page = Array(rows.prefix(limit))
        return (page, rows.count > limit ? page.last?.id : nil)
    }

    /// How many intents are in each state that is not an end.
    package func unsettledIntents() async throws(PostgresError) -> [IntentState: Int] {
        Dictionary(try await run(CountUnsettled()).map { ($0.state, $0.count) }) { $0 + $1 }
    }

    /// The revisions of an obligation, the newest first; empty when there is none.
    package func intents(of businessKey: String) async throws(PostgresError) -> [Intent] {
        try await run(IntentsOfBusinessKey(businessKey: businessKey))
    }

    /// Everything there is to say about an intent; nil when there is none of that id.
    package func explainIntent(_ id: Int64) async throws(PostgresError) -> IntentHistory? {
        guard let intent = try await first(IntentOfID(id: id)) else { return nil }
        return IntentHistory(
            intent: intent,
            entries: try await run(EntriesOfIntent(id: id, limit: IntentHistory.entriesMax)).reversed(),
            findings: try await run(FindingsOfReference(target: intent.target, reference: intent.key.description)),
            revisions: try await intents(of: intent.businessKey))
    }

    /// Open findings, newest first.
    package func openEffectFindings(limit: Int) async throws(PostgresError) -> [EffectFinding] {
        try await run(OpenFindings(limit: limit))
    }
}

struct IntentPage: Statement {
    let filter: IntentFilter
    let before: Int64
    let limit: Int

    static let sql = """
        select \(Intent.columns) from bursar.intent i
        where i.state = $1 and i.id < $2 and ($3::text is null or i.target = $3) order by i.id desc limit $4 + 1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(filter.state)
        bindings.append(before)
        bindings.append(filter.target)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Intent {
        try Intent(from: &row)
    }
}

struct CountUnsettled: Statement {
    static let sql = """
        select i.state, count(*) from bursar.intent i
        where i.state in ('planned', 'submitting', 'unknown', 'accepted', 'parked') group by i.state
        """

    static func output(from row: inout Row) throws(PostgresError) -> (state: IntentState, count: Int) {
        (state: try row.next(), count: try row.next())
    }
}

struct IntentOfID: Statement {
    let id: Int64

    static let sql = "select \(Intent.columns) from bursar.intent i where i.id = $1"

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Intent {
        try Intent(from: &row)
    }
}

struct EntriesOfIntent: Statement {
    let id: Int64
    let limit: Int

    static let sql = """
        select at, who, cause, from_state, to_state, attempt, detail from bursar.effect_event
        where intent_id = $1 order by id desc limit $2
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(id)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> IntentHistory.Entry {
        IntentHistory.Entry(
            at: try row.next(), who: try row.next(), cause: try row.next(), from: try row.next(), to: try row.next(),
            attempt: try row.next(), detail: try row.next())
    }
}

struct FindingsOfReference: Statement {
    let target: String
    let reference: String

    static let sql = """
        select \(EffectFinding.columns) from bursar.effect_finding f
        where f.target = $1 and f.reference = $2 order by f.id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(target)
        bindings.append(reference)
    }

    static func output(from row: inout Row) throws(PostgresError) -> EffectFinding {
        try EffectFinding(from: &row)
    }
}

struct OpenFindings: Statement {
    let limit: Int

    static let sql = """
        select \(EffectFinding.columns) from bursar.effect_finding f
        where f.settled_at is null order by f.id desc limit $1
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> EffectFinding {
        try EffectFinding(from: &row)
    }
}
