import Glibc
import Postgres

/// Jobs into the table of `LimitQueue`, by the ways that PostgreSQL itself has. Jobs a second each.
struct LimitEnqueue {
    let database: BenchDatabase
    /// Rows of a statement with arrays.
    static let batch = 1_000
    /// Statements of a transaction that inserts one by one.
    private static let transaction = 100
    private static let file = "/tmp/bursar-bench-\(getpid()).copy"

    /// Binary COPY by the server from a file that it wrote before.
    func copy(_ jobs: Int) async throws -> Double {
        defer { unlink(Self.file) }
        try await empty()
        try await database.control.execute(
            """
            insert into bench_limit.job (queue, kind, state, run_at, payload)
            select 'default', 'bench.noop', 'ready', now(), '{"number":12345}'
            from generate_series(1, \(Int64(jobs)))
            """)
        try await database.control.script(
            "copy bench_limit.job (\(Self.columns)) to '\(Self.file)' (format binary)")
        try await empty()
        let clock = ContinuousClock()
        let begun = clock.now
        try await database.control.script(
            "copy bench_limit.job (\(Self.columns)) from '\(Self.file)' (format binary)")
        return Double(jobs) / ((clock.now - begun) / .seconds(1))
    }

    /// One INSERT of a thousand rows from an array, a commit each.
    func unnest(_ jobs: Int) async throws -> Double {
        try await empty()
        let payloads = [String](repeating: #""{\"number\":12345}""#, count: Self.batch).joined(separator: ",")
        let rate = try await Pgbench(
            script: """
                insert into bench_limit.job (\(Self.columns))
                select 'default', 'bench.noop', 'ready', clock_timestamp(), payload::bytea
                from unnest(:payloads::text[]) payload;

                """,
            clients: 1, transactions: jobs / Self.batch, variables: ["payloads": "{\(payloads)}"]
        ).rate(database)
        return rate * Double(Self.batch)
    }

    /// INSERTs of one row within a transaction.
    func single(_ jobs: Int) async throws -> Double {
        try await empty()
        let insert = """
            insert into bench_limit.job (\(Self.columns))
            values ('default', 'bench.noop', 'ready', clock_timestamp(), '{"number":12345}');

            """
        let rate = try await Pgbench(
            script: "begin;\n" + String(repeating: insert, count: Self.transaction) + "commit;\n", clients: 1,
            transactions: jobs / Self.transaction
        ).rate(database)
        return rate * Double(Self.transaction)
    }

    private static let columns = "queue, kind, state, run_at, payload"

    private func empty() async throws {
        try await database.control.execute("truncate bench_limit.job")
        try await database.settle()
    }
}
