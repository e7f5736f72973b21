/// Statements that go to the server at once, in one round trip. An error aborts those after it; outside a transaction
/// it undoes those before it too, since they share one implicit transaction.
package struct Pipeline: Sendable {
    /// More would pile up in memory: on this side what is sent, on the other what is answered.
    package static let limit = 10_000

    private(set) var requests: [Request] = []

    package init() {}

    /// Where a statement's result will be.
    package struct Ticket<S: Statement>: Sendable {
        fileprivate let index: Int
    }

    /// Where the result of a statement written in place will be.
    package struct RowsTicket: Sendable {
        fileprivate let index: Int
    }

    /// Appends a statement; its result is found by the ticket.
    package mutating func add<S: Statement>(_ statement: S) -> Ticket<S> {
        requests.append(Request(statement))
        return Ticket(index: requests.count - 1)
    }

    /// Appends a statement written in place.
    package mutating func add(_ sql: SQL) -> RowsTicket {
        requests.append(Request(sql))
        return RowsTicket(index: requests.count - 1)
    }
}

/// What became of each statement of a pipeline.
package struct PipelineResults: Sendable {
    let outcomes: [RequestOutcome]

    /// The rows of a statement, or the error that stopped it: its own or an earlier statement's.
    package func rows<S: Statement>(_ ticket: Pipeline.Ticket<S>) throws(PostgresError) -> [S.Output] {
        try PostgresConnection.decode(outcomes[ticket.index].get(), S.self)
    }

    /// The rows of a statement written in place.
    package func rows(_ ticket: Pipeline.RowsTicket) throws(PostgresError) -> [Row] {
        let result = try outcomes[ticket.index].get()
        return (0..<result.rowCount).map { Row(result, index: $0) }
    }

    /// How many rows a statement touched.
    package func rowsAffected<S: Statement>(_ ticket: Pipeline.Ticket<S>) throws(PostgresError) -> Int {
        try outcomes[ticket.index].get().rowsAffected
    }

    /// How many rows a statement written in place touched.
    package func rowsAffected(_ ticket: Pipeline.RowsTicket) throws(PostgresError) -> Int {
        try outcomes[ticket.index].get().rowsAffected
    }

    /// The error that aborted the rest, and the statement that it belongs to; nil when all went well.
    package var failure: (index: Int, error: PostgresError)? {
        for (index, outcome) in outcomes.enumerated() {
            if case .failure(let error) = outcome { return (index, error) }
        }
        return nil
    }
}
