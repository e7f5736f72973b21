/// The table that remembers which migrations were applied, and the statements that read and write it.
enum SchemaHistory {
    static let definition = """
        CREATE SCHEMA IF NOT EXISTS bursar;
        CREATE TABLE IF NOT EXISTS bursar.schema_history (
            version     int8 PRIMARY KEY CHECK (version > 0),
            name        text NOT NULL,
            checksum    text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
            applied_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
            applied_by  text NOT NULL DEFAULT session_user,
            took        interval NOT NULL
        );
        """

    /// Whether the table is there.
    struct Exists: Statement {
        static let sql = "SELECT to_regclass('bursar.schema_history') IS NOT NULL"

        static func output(from row: inout Row) throws(PostgresError) -> Bool { try row.next() }
    }

    /// In the order of their versions.
    struct ReadApplied: Statement {
        static let sql = "SELECT version, name, checksum FROM bursar.schema_history ORDER BY version"

        static func output(from row: inout Row) throws(PostgresError) -> AppliedMigration {
            AppliedMigration(version: try row.next(), name: try row.next(), checksum: try row.next())
        }
    }

    /// The server's own SHA-256 of some texts, in order: no cryptography is linked for it.
    struct Checksums: Statement {
        let texts: [String]

        static let sql = """
            SELECT encode(sha256(convert_to(text, 'UTF8')), 'hex')
            FROM unnest($1) WITH ORDINALITY AS given (text, position) ORDER BY position
            """

        func bind(to bindings: inout Bindings) { bindings.append(texts) }

        static func output(from row: inout Row) throws(PostgresError) -> String { try row.next() }
    }

    /// Remembers a migration within its own transaction; its duration is the transaction's age.
    struct Record: Statement {
        let migration: Migration

        static let sql = """
            INSERT INTO bursar.schema_history (version, name, checksum, took)
            VALUES ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'), clock_timestamp() - transaction_timestamp())
            """

        func bind(to bindings: inout Bindings) {
            bindings.append(migration.version)
            bindings.append(migration.name)
            bindings.append(migration.sql)
        }
    }
}
