import AdminAPI
import Audit
import Postgres
import Primitives

/// What a restore would replace.
struct RestorePlan: Sendable, Encodable {
    struct Table: Sendable, Encodable {
        let name: String
        let rows: Int64
    }

    private let database: String
    let tables: [Table]
    /// All that are not PostgreSQL's own.
    let schemas: [String]
    let newestRun: String?
    let head: AuditHead?
    let digest: String

    var isEmpty: Bool { tables.isEmpty && schemas.allSatisfy { $0 == Self.publicSchema } }
    var rows: Int64 { tables.reduce(0) { $0 + $1.rows } }

    /// Is in every database, and comes back.
    static let publicSchema = "public"

    /// The schemas that go with all that is in them: all but the one of every database, which goes if it has a table.
    var goingSchemas: [String] {
        schemas.filter { schema in
            schema != Self.publicSchema || tables.contains { $0.name.hasPrefix("\(schema).") }
        }
    }

    func holds(_ table: String) -> Bool { tables.contains { $0.name == table } }

    /// Looks at everything that is not PostgreSQL's own.
    init(of connection: PostgresConnection, for archive: BackupArchive) async throws {
        database = try await connection.value("select current_database()::text", as: String.self)
        schemas = try await connection.run(OwnSchemas())
        let names = try await connection.run(OwnTables())
        var tables: [Table] = []
        for name in names {
            let count = try await connection.value(
                "select count(*) from \(identifier: name.schema).\(identifier: name.table)", as: Int64.self)
            tables.append(Table(name: "\(name.schema).\(name.table)", rows: count))
        }
        self.tables = tables
        let known = Set(tables.map(\.name))
        newestRun =
            known.contains("bursar.run")
            ? try await connection.run(NewestRun()).first : nil
        head = known.contains("bursar.audit_head") ? try await connection.first(AuditHead.Read()) : nil
        // Of all that is shown, of the file, and of the audit, which moves with everything that an operator does.
        let parts =
            [archive.digest.text, database, newestRun ?? "", head.map { "\($0.sequence) \($0.mac)" } ?? ""]
            + schemas + tables.map { "\($0.name) \($0.rows)" }
        digest = String(FileDigest.text(of: parts.joined(separator: "\n")).prefix(Self.digestDigits))
    }

    private static let digestDigits = 16

    private enum CodingKeys: String, CodingKey {
        case database, schemas, tables, rows, digest
        case newestRun = "newest_run"
        case auditSequence = "audit_sequence"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(database, forKey: .database)
        try container.encode(goingSchemas, forKey: .schemas)
        try container.encode(tables, forKey: .tables)
        try container.encode(rows, forKey: .rows)
        try container.encode(newestRun, forKey: .newestRun)
        try container.encode(head.map { IntegerText($0.sequence) }, forKey: .auditSequence)
        try container.encode(digest, forKey: .digest)
    }

    func text(for stream: TextStream) -> String {
        var facts = Facts()
        facts.add("database", printable(database))
        facts.add("would go", "\(rows) rows of \(tables.count) tables", .yellow)
        let schemas = goingSchemas.joined(separator: ", ")
        facts.add("", printable("with all else in the schemas \(schemas)"), .yellow)
        for table in tables where table.rows > 0 { facts.add("", printable("\(table.name): \(table.rows)")) }
        facts.add("newest run", newestRun ?? "none")
        if let head { facts.add("audit", "to entry \(head.sequence)") }
        facts.add("digest", digest)
        return facts.text(for: stream)
    }
}

private struct OwnSchemas: Statement {
    static let sql = """
        select nspname::text from pg_namespace
        where nspname not like 'pg\\_%' and nspname <> 'information_schema' order by nspname
        """

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}

/// Whole tables and sequences, not the partitions that are a part of one.
private struct OwnTables: Statement {
    static let sql = """
        select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition
          and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
        order by n.nspname, c.relname
        """

    static func output(from row: inout Row) throws(PostgresError) -> (schema: String, table: String) {
        (schema: try row.next(), table: try row.next())
    }
}

/// The run that was started last, and when.
struct NewestRun: Statement {
    static let sql = """
        select execution_id::text || ', ' || to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')
        from bursar.run order by created_at desc, execution_id desc limit 1
        """

    static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
}
