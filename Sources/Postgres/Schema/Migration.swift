/// One step of the schema, forward only. Once applied anywhere its text never changes.
package struct Migration: Sendable, Hashable {
    /// From 1, without gaps by custom.
    package let version: Int
    package let name: String
    package let sql: String

    package init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }
}

/// A migration as the database remembers it.
package struct AppliedMigration: Sendable, Hashable {
    package let version: Int
    package let name: String
    /// SHA-256 of the text, in hexadecimal.
    package let checksum: String
}
