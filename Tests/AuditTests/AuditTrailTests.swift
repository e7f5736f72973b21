import DatabaseTestSupport
import Postgres
import Primitives
import TestSupport
import Testing

@testable import Audit

@Suite struct AuditTrailTests {
    private let alice = Actor(name: "alice", uid: 1_000)

    private func pause(_ subject: String) -> AuditEntry {
        AuditEntry(
            actor: alice, channel: .socket, action: "schedule.pause", subject: subject, reason: "rates are wrong",
            before: "{\"paused\" : false}", after: "{\"paused\":true, \"é\":1}", request: "r-1")
    }

    @Test func `entries are numbered without gaps and each names the one before it`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let trail = AuditTrail(key: .random())
            for number in 1...3 as ClosedRange<Int64> {
                let sequence = try await connection.transaction { transaction in
                    try await trail.record(pause("schedule \(number)"), in: transaction)
                }
                #expect(sequence == number)
            }
            #expect(try await connection.value("select count(*) from bursar.audit_entry", as: Int.self) == 3)
            let links = try await connection.value(
                """
                select count(*) from bursar.audit_entry e join bursar.audit_entry p on p.sequence = e.sequence - 1
                where e.previous_mac = p.mac
                """, as: Int.self)
            #expect(links == 2)
            let before = try await connection.value(
                "select before from bursar.audit_entry where sequence = 1", as: String.self)
            #expect(before == "{\"paused\" : false}")
        }
    }

    @Test func `a change that is rolled back leaves neither an entry nor a gap`() async throws {
        struct Regret: Error {}
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let trail = AuditTrail(key: .random())
            try await connection.transaction { _ = try await trail.record(pause("schedule a"), in: $0) }
            await #expect(throws: Regret.self) {
                try await connection.transaction { transaction in
                    try await trail.record(pause("schedule b"), in: transaction)
                    throw Regret()
                }
            }
            let next = try await connection.transaction { try await trail.record(pause("schedule c"), in: $0) }
            #expect(next == 2)
        }
    }

    @Test func `entries cannot be changed, removed or emptied, nor the head set back`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let trail = AuditTrail(key: .random())
            for _ in 1...2 { try await connection.transaction { _ = try await trail.record(pause("a"), in: $0) } }
            let attempts: [SQL] = [
                "update bursar.audit_entry set reason = 'another'", "delete from bursar.audit_entry",
                "truncate bursar.audit_entry", "delete from bursar.audit_head", "truncate bursar.audit_head",
                "update bursar.audit_head set sequence = 1",
                "update bursar.audit_head set mac = decode(repeat('01', 32), 'hex')",
            ]
            for attempt in attempts {
                let error = await #expect(throws: PostgresError.self) { try await connection.execute(attempt) }
                #expect(error?.code == .insufficientPrivilege)
            }
            // For sessions that replay changes other triggers sleep.
            try await connection.execute("set session_replication_role = replica")
            await #expect(throws: PostgresError.self) { try await connection.execute("delete from bursar.audit_entry") }
            #expect(try await connection.value("select count(*) from bursar.audit_entry", as: Int.self) == 2)
        }
    }

    @Test func `a second key is refused with what to do about it, and writes nothing`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let first = AuditTrail(key: .random())
            let second = AuditTrail(key: .random())
            try await first.requireKey(on: connection)
            let told = await #expect(throws: AuditKeyMismatch.self) { try await second.requireKey(on: connection) }
            #expect(told == AuditKeyMismatch(chain: first.key.fingerprint, own: second.key.fingerprint))
            #expect(told?.description.contains("copy audit.key") == true)
            await #expect(throws: AuditKeyMismatch.self) {
                try await connection.transaction { try await second.record(pause("a"), in: $0) }
            }
            try await first.requireKey(on: connection)
            #expect(try await connection.value("select count(*) from bursar.audit_entry", as: Int.self) == 0)
        }
    }

    @Test func `after a change of the key only the new one goes on`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let old = AuditTrail(key: .random())
            let new = AuditTrail(key: .random())
            try await connection.transaction { _ = try await old.record(pause("a"), in: $0) }
            try await connection.transaction { transaction in
                _ = try await old.changeKey(
                    to: new.key, by: alice, channel: .commandLine, reason: "it leaked", in: transaction)
            }
            await #expect(throws: AuditKeyMismatch.self) { try await old.requireKey(on: connection) }
            let next = try await connection.transaction { try await new.record(pause("b"), in: $0) }
            #expect(next == 3)
        }
    }

    @Test func `an entry has the time that it was given, else the database's once its turn has come`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            let key = AuditKey.random()
            let instant = Instant(microseconds: 1_700_000_000_123_457)
            let still = AuditTrail(key: key, time: ManualTime(instant))
            try await connection.transaction { _ = try await still.record(pause("a"), in: $0) }
            try await connection.transaction { _ = try await AuditTrail(key: key).record(pause("b"), in: $0) }
            let read = "select at from bursar.audit_entry where sequence = "
            #expect(try await connection.value(SQL(unsafe: read + "1"), as: Instant.self) == instant)
            #expect(try await connection.value(SQL(unsafe: read + "2"), as: Instant.self) > instant)
        }
    }
}
