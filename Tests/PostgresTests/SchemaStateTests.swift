import Testing

@testable import Postgres

@Suite struct SchemaStateTests {
    private static let known = (1...3).map { Migration(version: $0, name: "m\($0)", sql: "") }

    private func state(applied: [(Int, String)]) -> SchemaState {
        SchemaState(
            known: Self.known, checksums: ["a", "b", "c"],
            applied: applied.map { AppliedMigration(version: $0.0, name: "m\($0.0)", checksum: $0.1) })
    }

    @Test func `each history has one state`() {
        #expect(state(applied: []) == .missing)
        #expect(state(applied: [(1, "a")]) == .behind(pending: [2, 3]))
        #expect(state(applied: [(1, "a"), (2, "b"), (3, "c")]) == .current)
        #expect(state(applied: [(1, "a"), (3, "c")]) == .altered(version: 2))
        #expect(state(applied: [(1, "x")]) == .altered(version: 1))
        #expect(state(applied: [(1, "a"), (2, "b"), (3, "c"), (4, "d")]) == .ahead(versions: [4]))
        #expect(state(applied: [(1, "a"), (2, "x"), (4, "d")]) == .altered(version: 2))
        #expect(SchemaState(known: [], checksums: [], applied: []) == .current)
    }

    @Test func `only a schema that is ahead or altered is refused, with what to do`() {
        #expect(SchemaState.current.refusal == nil)
        #expect(SchemaState.missing.refusal == nil)
        #expect(SchemaState.behind(pending: [2]).refusal == nil)
        #expect(SchemaState.ahead(versions: [4, 5]).refusal?.message.contains("4, 5") == true)
        #expect(SchemaState.ahead(versions: [4]).refusal?.hint != nil)
        #expect(SchemaState.altered(version: 2).refusal?.hint != nil)
    }
}
