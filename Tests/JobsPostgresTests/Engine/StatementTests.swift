import Postgres
import Testing

@testable import JobsPostgres

/// Every statement of the target fits the schema: PostgreSQL parses and plans each.
@Suite struct StatementTests {
    /// Of parameters that their text alone does not give a type.
    private static let types = [
        "FenceStep": "(int8, int8, text, int8, int8, timestamptz, int8)",
        "InsertJob": """
            (text, text, timestamptz, text, text, bool, uuid, text, text, int8, timestamptz, int4, text, int4, uuid,
             bool)
            """,
    ]

    @Test func `every statement can be prepared on the migrated schema`() async throws {
        try await withFleet(1) { fleet, _ in
            for statement in AllStatements.list {
                try await fleet[0].pool.withConnection { connection in
                    do {
                        let types = Self.types[statement.name] ?? ""
                        try await connection.script("prepare tried\(types) as \(statement.sql); deallocate tried")
                    } catch { Issue.record("\(statement.name): \(error)") }
                }
            }
        }
    }
}
