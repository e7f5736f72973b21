import Audit
import DatabaseTestSupport
import EmbeddedPostgres
import Postgres
import Testing

@testable import OperatorCommands

@Suite struct DatabaseTargetTests {
    @Test func `what a command needs beside its database is told when it is missing`() async throws {
        try await withEmptyDatabase { database in
            let programs = await #expect(throws: CommandFailure.self) {
                try await DatabaseTarget.connected(to: database.address, as: "a test") { _ in
                    _ = try DumpPrograms.find(forServer: 99, in: BinarySearch(patterns: [], directories: []))
                }
            }
            #expect(programs?.status == .unavailable && programs?.hint?.contains("postgresql-client-99") == true)
            let file = await #expect(throws: CommandFailure.self) {
                try await DatabaseTarget.connected(to: database.address, as: "a test") { _ in
                    throw AuditFileError(place: "/none", reason: "it cannot be read", fix: "make it")
                }
            }
            #expect(file == CommandFailure(.permission, "/none: it cannot be read", hint: "make it"))
        }
    }
}
