import DatabaseTestSupport
import Postgres
import Primitives
import Testing

@testable import Audit

/// The chain in a real database: as its owner could change it, with the triggers out of the way.
@Suite struct AuditDatabaseTests {
    private let trail = AuditTrail(key: .random())

    private func entry(_ number: Int) -> AuditEntry {
        AuditEntry(
            actor: Actor(name: ["alice", "børge", "🦊"][number % 3], uid: number % 2 == 0 ? UInt32.max : nil),
            channel: AuditEntry.Channel.allCases[number % 3], action: number % 4 == 0 ? "job.retry" : "schedule.pause",
            subject: "schedule s\(number % 5)", reason: number % 3 == 0 ? nil : "why \(number)\nand \\ '' \" more",
            before: number % 2 == 0 ? "{ \"b\": 1,\n\"a\":[1.50, 1e3,\"\\u00e9\"] , \"a\":2}" : nil,
            after: number % 7 == 0 ? nil : "[]", request: number % 5 == 0 ? "r\(number)" : nil)
    }

    private func append(_ count: Int, on connection: PostgresConnection) async throws {
        for number in 0..<count {
            try await connection.transaction { _ = try await trail.record(entry(number), in: $0) }
        }
    }

    private func verify(_ connection: PostgresConnection, anchors: [AuditAnchor] = []) async throws -> AuditVerdict {
        try await AuditVerification(keys: [trail.key], anchors: AnchorFile(anchors: anchors)).run(on: connection)
    }

    private func sign(_ connection: PostgresConnection) async throws -> AuditAnchor {
        let read = try await connection.first(AuditHead.ReadNow())
        let head = try #require(read)
        return AuditAnchor(head: head.head, at: head.now, daemon: "host/1", key: trail.key)
    }

    @Test func `an honest chain reads back as it was signed, whatever its text is made of`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            #expect(try await verify(connection).breakage == nil)
            try await append(60, on: connection)
            let anchor = try await sign(connection)
            try await append(3, on: connection)
            let verdict = try await verify(connection, anchors: [anchor])
            #expect(verdict.breakage == nil && verdict.entries == 63 && verdict.beyondAnchor == 3)
        }
    }

    @Test func `eight that append and abort at once make one chain, whole whenever it is verified`() async throws {
        try await withDatabase { database in
            let broken = try await PostgresPool.withPool(address: database.address, size: 10) { pool in
                try await withThrowingTaskGroup(of: [AuditBreak].self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            for number in 0..<40 {
                                if number.isMultiple(of: 4) { try await regret(entry(number), pool) }
                                try await pool.transaction { transaction in
                                    _ = try await trail.record(entry(writer + number), in: transaction)
                                }
                            }
                            return []
                        }
                    }
                    group.addTask { try await verifications(10, pool) }
                    return try await group.reduce([], +)
                }
            }
            #expect(broken == [])
            let connection = try await PostgresConnection.connect(to: database.address)
            let verdict = try await verify(connection)
            #expect(verdict.breakage == nil && verdict.entries == 320)
        }
    }

    /// Appends and takes it back.
    private func regret(_ entry: AuditEntry, _ pool: PostgresPool) async throws {
        struct Regret: Error {}
        do {
            try await pool.transaction { transaction in
                _ = try await trail.record(entry, in: transaction)
                throw Regret()
            }
        } catch is Regret {}
    }

    private func verifications(_ count: Int, _ pool: PostgresPool) async throws -> [AuditBreak] {
        var broken: [AuditBreak] = []
        for _ in 0..<count {
            let found = try await pool.withConnection { connection in
                try await verify(connection, anchors: [sign(connection)]).breakage
            }
            if let found { broken.append(found) }
        }
        return broken
    }

    /// What an owner does, on 20 entries, and what is found.
    private static let attacks: [(sql: String, kind: AuditBreak.Kind, at: Int64)] = [
        ("update bursar.audit_entry set at = at + interval '1 microsecond' where sequence = 7", .altered, 7),
        ("update bursar.audit_entry set at = 'infinity' where sequence = 7", .altered, 7),
        ("update bursar.audit_entry set actor = 'mallory' where sequence = 8", .altered, 8),
        ("update bursar.audit_entry set uid = 0 where sequence = 20", .altered, 20),
        ("update bursar.audit_entry set channel = 'daemon' where sequence = 2", .altered, 2),
        ("update bursar.audit_entry set action = 'job.cancel' where sequence = 3", .altered, 3),
        ("update bursar.audit_entry set subject = 'schedule x' where sequence = 4", .altered, 4),
        ("update bursar.audit_entry set reason = null where sequence = 6", .altered, 6),
        ("update bursar.audit_entry set before = before::jsonb::text where sequence = 5", .altered, 5),
        ("update bursar.audit_entry set after = '[ ]' where sequence = 10", .altered, 10),
        ("update bursar.audit_entry set request = '' where sequence = 11", .altered, 11),
        ("update bursar.audit_entry set key_fingerprint = '0123456789abcdef' where sequence = 12", .altered, 12),
        ("update bursar.audit_entry set previous_mac = mac where sequence = 13", .altered, 13),
        ("update bursar.audit_entry set mac = sha256(mac) where sequence = 14", .altered, 14),
        ("alter table bursar.audit_entry alter actor drop not null; "
            + "update bursar.audit_entry set actor = null where sequence = 9", .altered, 9),
        ("update bursar.audit_entry set sequence = 99 where sequence = 15", .deleted, 15),
        ("delete from bursar.audit_entry where sequence = 16", .deleted, 16),
        ("delete from bursar.audit_entry where sequence between 4 and 6", .deleted, 4),
        ("delete from bursar.audit_entry where sequence = 5; "
            + "update bursar.audit_entry set sequence = sequence - 1000 where sequence > 5; "
            + "update bursar.audit_entry set sequence = sequence + 999 where sequence < 0", .deleted, 5),
        ("update bursar.audit_entry set sequence = -1 where sequence = 5; "
            + "update bursar.audit_entry set sequence = 5 where sequence = 9; "
            + "update bursar.audit_entry set sequence = 9 where sequence = -1", .reordered, 5),
        ("update bursar.audit_entry set sequence = -sequence where sequence > 9; "
            + "update bursar.audit_entry set sequence = 1 - sequence where sequence < 0; "
            + "insert into bursar.audit_entry select 10, at, actor, uid, channel, action, subject, 'forged', before, "
            + "after, request, key_fingerprint, previous_mac, sha256(mac) from bursar.audit_entry where sequence = 9",
            .inserted, 10),
        ("insert into bursar.audit_entry select 21, at, actor, uid, channel, action, subject, 'forged', before, after, "
            + "request, key_fingerprint, mac, sha256(mac) from bursar.audit_entry where sequence = 20", .inserted, 21),
        ("delete from bursar.audit_entry where sequence > 18", .truncated, 19),
        ("truncate bursar.audit_entry", .truncated, 1),
        ("delete from bursar.audit_head", .altered, 20),
        ("delete from bursar.audit_entry where sequence > 18; update bursar.audit_head h set sequence = 18, "
            + "mac = (select mac from bursar.audit_entry where sequence = 18)", .rolledBack, 19),
    ]

    @Test(arguments: Self.attacks.indices)
    func `what an owner does to the chain is found and named`(_ index: Int) async throws {
        let attack = Self.attacks[index]
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            try await append(20, on: connection)
            let anchor = try await sign(connection)
            #expect(try await verify(connection, anchors: [anchor]).breakage == nil)
            try await connection.script(
                """
                alter table bursar.audit_entry disable trigger all;
                alter table bursar.audit_head disable trigger all;
                alter table bursar.audit_entry drop constraint audit_entry_sequence_check;
                \(attack.sql);
                """)
            let found = try await verify(connection, anchors: [anchor]).breakage
            let told = String(describing: found)
            #expect(found?.kind == attack.kind && found?.sequence == attack.at, "\(attack.sql): \(told)")
        }
    }

    private func list(_ connection: PostgresConnection, _ filter: AuditFilter) async throws -> [AuditRecord] {
        try await connection.auditRecords(filter, before: nil, limit: 100).records
    }

    /// Entries as rows alone: a list does not ask whether the chain holds.
    private func fill(_ count: Int, bytes: Int, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            insert into bursar.audit_entry
                (sequence, at, actor, channel, action, subject, before, key_fingerprint, previous_mac, mac)
            select n, timestamptz '2026-10-15 12:00Z' + n * interval '1 second', 'alice', 'socket',
                   case when n = 1 then 'job.retry' else 'schedule.pause' end, 'job ' || n,
                   to_json(repeat('x', \(Int64(bytes))::int))::text, repeat('0', 16), sha256(''),
                   sha256(n::text::bytea)
            from generate_series(1, \(Int64(count))) n
            """)
    }

    @Test func `a rare entry is found page by page, none of which walks the whole chain`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            try await fill(25_000, bytes: 1, on: connection)
            let first = try await connection.auditRecords(AuditFilter(action: "job"), before: nil, limit: 5)
            #expect(first.records.isEmpty && first.next == 25_001 - AuditWindow.examinedMax)
            let second = try await connection.auditRecords(AuditFilter(action: "job"), before: first.next, limit: 5)
            #expect(second.records.map(\.sequence) == [1] && second.next == nil)
            let late = AuditFilter(since: Instant(rfc3339: "2100-01-01T00:00:00Z"))
            #expect(try await connection.auditRecords(late, before: nil, limit: 5).next == nil)
            let early = AuditFilter(subject: "none", since: Instant(rfc3339: "2026-10-15T12:00:00Z"))
            #expect(try await connection.auditRecords(early, before: nil, limit: 5).next == first.next)
        }
    }

    @Test func `a page of long entries ends before it is longer than clients read`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            try await fill(12, bytes: 1 << 20, on: connection)
            let page = try await connection.auditRecords(AuditFilter(), before: nil, limit: 100)
            #expect(page.records.map(\.sequence) == [12, 11, 10, 9, 8, 7, 6, 5] && page.next == 5)
            let rest = try await connection.auditRecords(AuditFilter(), before: page.next, limit: 100)
            #expect(rest.records.map(\.sequence) == [4, 3, 2, 1] && rest.next == nil)
        }
    }

    @Test func `entries are listed newest first, page by page, by who, what and since when`() async throws {
        try await withDatabase { database in
            let connection = try await PostgresConnection.connect(to: database.address)
            try await append(23, on: connection)
            var numbers: [Int64] = []
            var before: Int64?
            repeat {
                let page = try await connection.auditRecords(AuditFilter(), before: before, limit: 5)
                numbers += page.records.map(\.sequence)
                before = page.next
            } while before != nil
            #expect(numbers == (1...23).reversed())

            let hers = try await list(connection, AuditFilter(actor: "børge"))
            #expect(hers.map(\.sequence) == [23, 20, 17, 14, 11, 8, 5, 2])
            #expect(try await list(connection, AuditFilter(action: "job")).map(\.sequence) == [21, 17, 13, 9, 5, 1])
            #expect(try await list(connection, AuditFilter(action: "job.retry")).count == 6)
            #expect(try await list(connection, AuditFilter(action: "jo")).isEmpty)
            let ofSchedule = try await list(connection, AuditFilter(subject: "schedule s1"))
            #expect(ofSchedule.count == 5 && ofSchedule.allSatisfy { $0.subject == "schedule s1" })
            let all = try await list(connection, AuditFilter())
            let tenth = try #require(all.first { $0.sequence == 10 })
            #expect(try await list(connection, AuditFilter(since: tenth.at)).last?.sequence == 10)
            #expect(tenth.actor == Actor(name: "alice", uid: nil) && tenth.reason == nil)
        }
    }
}
