import Audit
import DatabaseTestSupport
import Glibc
import OperatorCommands
import Postgres
import Testing

/// A state directory with the key of the audit, and entries under it.
struct AuditedState: Sendable {
    let directory: String
    let trail: AuditTrail

    init() throws {
        directory = try Scratch.path("state")
        try #require(mkdir(directory, 0o700) == 0)
        trail = AuditTrail(key: try AuditKey.load(credential: nil, file: directory + "/audit.key"))
    }

    func append(_ count: Int, on runner: PostgresConnection) async throws {
        for number in 1...count {
            let entry = AuditEntry(
                actor: Actor(name: number % 2 == 0 ? "alice" : "bob", uid: 1_000), channel: .socket,
                action: number % 3 == 0 ? "job.cancel" : "schedule.pause", subject: "schedule s\(number)",
                reason: "why \(number)", before: "{\"n\":\(number)}")
            try await runner.transaction { _ = try await trail.record(entry, in: $0) }
        }
    }

    /// Signs the head as the daemon does.
    func anchor(on connection: PostgresConnection) async throws {
        let head = try await connection.first(AuditHead.Read())
        let anchor = AuditAnchor(
            head: try #require(head), at: try await connection.value("select clock_timestamp()"), daemon: "host/1",
            key: trail.key)
        try AnchorLog(directory + "/" + AnchorLog.name).append(anchor)
    }

    /// The tool of whoever may read the directory.
    func tool(_ database: TestDatabase) -> Tool {
        Tool(environment: ["BURSAR_DATABASE_URL": database.uri, "BURSAR_STATE_DIRECTORY": directory])
    }
}

@Suite struct AuditCommandTests {
    @Test func `entries are listed with who and why, and filtered`() async throws {
        try await withDaemon { daemon in
            let connection = try await PostgresConnection.connect(to: daemon.address)
            try await AuditedState().append(9, on: connection)
            let all = await daemon.tool.run("audit", "list", "--limit", "4")
            #expect(all.status == .success, "\(all.error)")
            #expect(all.output.contains("why 9") && all.output.contains("alice") && !all.output.contains("why 5"))
            #expect(all.output.hasSuffix("more: --before 6\n"))
            let next = await daemon.tool.run("audit", "list", "--before", "6", "--json")
            #expect(next.output.contains("\"sequence\" : \"5\"") && next.output.contains("\"n\" : 5"))
            let alice = await daemon.tool.run("audit", "list", "--actor", "alice", "--action", "job")
            #expect(alice.output.contains("why 6") && !alice.output.contains("why 3"))
            let one = await daemon.tool.run(
                "audit", "list", "--subject", "schedule s7", "--since", "2020-01-01T00:00:00Z")
            #expect(one.output.contains("why 7") && !one.output.contains("why 8"))
            let none = await daemon.tool.run("audit", "list", "--since", "2100-01-01T00:00:00Z")
            #expect(none.output == "no entries\n")
            #expect(await daemon.tool.run("audit", "list", "--since", "yesterday").status == .usage)
        }
    }

    @Test func `a whole audit is told so, with what that does not prove`() async throws {
        try await withDatabase { database in
            let state = try AuditedState()
            let connection = try await PostgresConnection.connect(to: database.address)
            try await state.append(5, on: connection)
            try await state.anchor(on: connection)
            try await state.append(2, on: connection)
            let result = await state.tool(database).run("audit", "verify")
            #expect(result.status == .success, "\(result.error)")
            #expect(result.output.hasPrefix("the audit is whole: 7 entries are as they were signed"))
            #expect(result.output.contains("anchors that hold: 1\n"))
            #expect(result.output.contains("2 of these entries are newer than the newest anchor (entry 5"))
            let json = await state.tool(database).run("audit", "verify", "--json")
            #expect(json.status == .success && json.output.contains("\"intact\" : true"))
            #expect(json.output.contains("\"beyond_anchor\" : \"2\"") && json.output.contains("\"first_break\" : null"))
        }
    }

    @Test func `a changed audit is told with the place, and exit status 1`() async throws {
        try await withDatabase { database in
            let state = try AuditedState()
            let connection = try await PostgresConnection.connect(to: database.address)
            try await state.append(5, on: connection)
            try await state.anchor(on: connection)
            try await connection.script(
                """
                alter table bursar.audit_entry disable trigger all; alter table bursar.audit_head disable trigger all;
                delete from bursar.audit_entry where sequence > 3;
                update bursar.audit_head set sequence = 3,
                    mac = (select mac from bursar.audit_entry where sequence = 3);
                """)
            let result = await state.tool(database).run("audit", "verify")
            #expect(result.status == .bad && result.output.contains("rolled back"), "\(result.output)\(result.error)")
            let json = await state.tool(database).run("audit", "verify", "--json")
            #expect(json.status == .bad && json.output.contains("\"kind\" : \"rolled_back\""))
            #expect(json.output.contains("\"sequence\" : \"4\""))
            // Without the anchor nothing of it shows, and that is said.
            let blind = await state.tool(database).run("audit", "verify", "--anchor", "/dev/null")
            #expect(blind.status == .success && blind.output.contains("there was no anchor"))
        }
    }

    @Test func `a missing key and another one are told with what to do`() async throws {
        try await withDatabase { database in
            let state = try AuditedState()
            let connection = try await PostgresConnection.connect(to: database.address)
            try await state.append(1, on: connection)
            let missing = await state.tool(database).run("audit", "verify", "--key", state.directory + "/none.key")
            #expect(missing.status == .permission && missing.error.contains("none.key: there is no such file"))
            let other = try AuditedState()
            let wrong = await other.tool(database).run("audit", "verify")
            #expect(wrong.status == .permission && wrong.output.isEmpty)
            let said = "none of the keys given is this audit's (fingerprint \(state.trail.key.fingerprint))"
            #expect(wrong.error.contains(said), "\(wrong.error)")
            // Who signed an anchor has the audit's key: then the entries are not what they were.
            try await other.anchor(on: connection)
            let replaced = await other.tool(database).run("audit", "verify")
            #expect(replaced.status == .bad && replaced.output.contains("wrong key"), "\(replaced.output)")
            let both = await other.tool(database).run(
                "audit", "verify", "--key", other.directory + "/audit.key", "--key", state.directory + "/audit.key")
            #expect(both.status == .success)
        }
    }
}
