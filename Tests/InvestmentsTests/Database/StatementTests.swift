import FoundationEssentials
import Postgres
import Testing

/// Every statement of the target fits the schema: PostgreSQL parses and plans each.
@Suite struct StatementTests {
    @Test func `every statement can be prepared on the migrated schema`() async throws {
        let statements = try Self.statements()
        #expect(statements.count >= 12, "the sources were not found where they were looked for")
        try await withInvestments { engine, _ in
            for (name, sql) in statements {
                try await engine.pool.withConnection { connection in
                    do {
                        try await connection.script("prepare \(name) as \(sql); deallocate \(name)")
                    } catch { Issue.record("\(name): \(error)") }
                }
            }
        }
    }

    /// Name and text of each type of the target that is a `Statement`, out of its sources: none can be forgotten.
    private static func statements() throws -> [(name: String, sql: String)] {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "Sources/Investments")
        var found: [(name: String, sql: String)] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            for type in text.matches(of: /struct (?<name>\w+): Statement \{/) {
                let quoted = text[type.range.upperBound...].firstMatch(
                    of: /static let sql = (?:"""\n(?<long>[\s\S]*?)\n *"""|"(?<short>[^"\n]*)")/)
                let sql = try #require(quoted?.output.long ?? quoted?.output.short, "\(type.output.name) has no text")
                found.append((name: String(type.output.name), sql: String(sql)))
            }
        }
        return found
    }
}
