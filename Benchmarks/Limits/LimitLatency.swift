import Postgres

/// A durable insert that notifies, on one connection, and a durable claim upon the notification, on another: what no
/// queue on this database can be faster than.
struct LimitLatency: Sendable {
    private let producer: PostgresConnection
    private let consumer: PostgresConnection

    init(_ database: BenchDatabase) async throws {
        producer = try await PostgresConnection.connect(to: database.address)
        consumer = try await PostgresConnection.connect(to: database.address)
        try await LimitQueue(database: database).create()
        try await consumer.listen("bench_limit")
    }

    func close() async {
        await producer.close()
        await consumer.close()
    }

    /// Milliseconds from the call of the insert to the claim's answer.
    func sample() async throws -> Double {
        let begun = ContinuousClock.now
        async let inserted = producer.execute(InsertLimitJob())
        for await _ in consumer.notifications { break }
        guard try await consumer.first(ClaimLimitJob()) != nil else { throw BenchFailure("nothing was claimed") }
        let elapsed = ContinuousClock.now - begun
        _ = try await inserted
        return elapsed / .milliseconds(1)
    }
}

private struct InsertLimitJob: Statement {
    static let sql = """
        with made as (
            insert into bench_limit.job (queue, kind, state, run_at, payload)
            values ('default', 'bench.noop', 'ready', now(), '{"number":12345}'))
        select pg_notify('bench_limit', '')::text
        """

    static func output(from row: inout Row) throws(PostgresError) {}
}

private struct ClaimLimitJob: Statement {
    static let sql = """
        update bench_limit.job set state = 'running', attempts = attempts + 1, claimed_at = clock_timestamp()
        where id = (
            select id from bench_limit.job where queue = 'default' and state = 'ready' and run_at <= clock_timestamp()
            order by priority, run_at, id limit 1 for update skip locked)
        returning id, encode(payload, 'escape')
        """

    static func output(from row: inout Row) throws(PostgresError) -> (id: Int64, payload: String) {
        (id: try row.next(), payload: try row.next())
    }
}
