import Audit
import DatabaseTestSupport
import Glibc
import OperatorCommands
import Postgres
import Primitives
import Testing

/// A database with something in every kind of column, and the state directory of its daemon.
struct BackedUpDatabase: Sendable {
    let database: TestDatabase
    let state: AuditedState
    let file: String

    init(_ database: TestDatabase) async throws {
        self.database = database
        state = try AuditedState()
        file = state.directory + "/backup"
        let connection = try await PostgresConnection.connect(to: database.address)
        try await state.append(7, on: connection)
        try await connection.script(
            """
            insert into investments.classes (name, timezone) values ('a\\b\tc''d', 'America/Bogota'), ('', 'UTC');
            insert into investments.students (registro, name, email, class_id)
                select n, 'student ' || n, n || '@example.org', 1 from generate_series(1, 500) n;
            insert into bursar.run (execution_id, job_id, kind, trigger, source, created_at)
                select gen_random_uuid(), n, 'test.work', 'manual', 'a test', '2026-10-15T12:00:00Z'
                from generate_series(1, 3) n;
            """)
        await connection.close()
    }

    var tool: Tool { state.tool(database) }

    /// Every row of every table that both databases of a round trip must have the same, as one text.
    static func contents(of address: PostgresAddress) async throws -> [String: String] {
        let connection = try await PostgresConnection.connect(to: address)
        let tables = try await connection.query(
            """
            select format('%I.%I', table_schema, table_name) from information_schema.tables
            where table_schema in ('bursar', 'investments') and table_type = 'BASE TABLE'
              and table_name not in ('audit_entry', 'audit_head', 'backup') order by 1
            """)
        var contents: [String: String] = [:]
        for var row in tables {
            let table = try row.next(String.self)
            contents[table] = try await connection.value(
                SQL(unsafe: "select coalesce(string_agg(t::text, chr(10) order by t::text), '') from \(table) t"),
                as: String.self)
        }
        await connection.close()
        return contents
    }

    static func files(in directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

extension TestDatabase {
    /// Until somebody waits for a lock that the test holds.
    func waitForLockWaiter() async throws {
        let connection = try await PostgresConnection.connect(to: address)
        for _ in 0..<1_000 {
            let isWaiting = try await connection.value(
                """
                select exists (select from pg_locks where not granted
                    and database = (select oid from pg_database where datname = current_database()))
                """, as: Bool.self)
            if isWaiting { return await connection.close() }
            try await connection.execute("select pg_sleep(0.02)")
        }
        Issue.record("nobody came to the lock")
    }
}
