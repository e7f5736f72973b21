import FoundationEssentials
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

    @Test func `no statement of the target is missing in the list`() throws {
        let known = Set(AllStatements.list.map { $0.name })
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let folder = root.appending(path: "Sources/JobsPostgres")
        var found: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            for type in text.matches(of: /(?m)^(?:package )?struct (\w+): Statement \{/) {
                found.insert(String(type.output.1))
            }
        }
        #expect(found.count >= 100, "the sources were not found where they were looked for")
        #expect(found.subtracting(known) == [])
    }

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
