import DatabaseTestSupport
import Glibc
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Audit

@Suite struct AnchorTests {
    private let key = AuditKey.random()

    private func anchor(_ sequence: Int64) -> AuditAnchor {
        let mac = key.mac(of: [UInt8(sequence % 256)])
        let head = AuditHead(sequence: sequence, mac: mac, fingerprint: key.fingerprint)
        return AuditAnchor(
            head: head, at: Instant(microseconds: 1_790_000_000_123_456 + sequence), daemon: "pay 1/é/812", key: key)
    }

    private func log(bytesMax: Int = 1 << 20) throws -> AnchorLog {
        let path = try Scratch.path("anchors")
        try #require(mkdir(path, 0o700) == 0)
        return AnchorLog(path + "/" + AnchorLog.name, bytesMax: bytesMax)
    }

    @Test func `a line reads back as the anchor that it was, also with a log around it`() throws {
        let anchor = anchor(42)
        #expect(!anchor.line.contains("\n") && anchor.isGenuine(key) && !anchor.isGenuine(.random()))
        for line in [anchor.line, "Nov 21 14:00:00 pay1 bursard[7]: " + anchor.line, anchor.line + " BURSAR_EVENT=x"] {
            let read = try AuditAnchor(line: line)
            #expect(read == anchor && read.isGenuine(key))
        }
    }

    @Test func `every change of a line's values is no anchor or no genuine one`() throws {
        let line = anchor(42).line
        for (index, character) in zip(line.indices, line) where character != " " {
            for other in ["0", "1", "x"] where other != String(character) {
                let changed = line.replacingCharacter(at: index, with: other)
                guard let read = try? AuditAnchor(line: changed) else { continue }
                #expect(!read.isGenuine(key), "\(changed)")
            }
        }
    }

    @Test(arguments: [
        ("", "does not begin with"), ("bursar-audit-anchor-1 sequence=1", "1 values instead of 6"),
        ("bursar-audit-anchor-1 at=1 at=2 at=3 at=4 at=5 at=6", "\"at=1\" stands where sequence= should"),
        ("bursar-audit-anchor-1 sequence=-1 at=x mac=x daemon=x key=x signature=x", "sequence=-1 is not"),
        ("bursar-audit-anchor-1 sequence=1 at=soon mac=x daemon=x key=x signature=x", "at=soon is not an RFC 3339"),
    ])
    func `a line that is no anchor says why`(line: String, reason: String) {
        let error = #expect(throws: AuditAnchorError.self) { try AuditAnchor(line: line) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func `the file is for its owner alone, and a line that was cut short stays alone`() throws {
        let log = try log()
        #expect(try log.read() == nil)
        try log.append(anchor(1))
        var status = stat()
        try #require(stat(log.path, &status) == 0)
        #expect(status.st_mode == S_IFREG | 0o600)
        try #require(truncate(log.path, status.st_size - 9) == 0)
        try log.append(anchor(2))
        try log.append(anchor(3))
        let file = try #require(try log.read())
        #expect(file.anchors == [anchor(2), anchor(3)] && file.unreadable == 1)
        #expect(file.damages.first?.hasPrefix(log.path + ":1: ") == true)
    }

    @Test func `a long file becomes the older one of two`() throws {
        let log = try log(bytesMax: anchor(10).line.utf8.count * 5)
        for number in 1...13 as ClosedRange<Int64> { try log.append(anchor(number)) }
        let file = try #require(try log.read())
        let numbers = file.anchors.map(\.sequence)
        #expect((5...10).contains(numbers.count) && numbers == Array(13 - Int64(numbers.count) + 1...13))
        #expect(access(log.olderPath, F_OK) == 0)
    }

    @Test func `a file that is none is refused`() throws {
        let log = try log()
        try #require(mkfifo(log.path, 0o600) == 0)
        #expect(throws: AuditFileError.self) { try log.append(anchor(1)) }
        #expect(throws: AuditFileError.self) { try log.read() }
    }
}

extension String {
    fileprivate func replacingCharacter(at index: Index, with other: String) -> String {
        String(self[..<index]) + other + String(self[self.index(after: index)...])
    }
}

@Suite struct AnchorWriterTests {
    private enum Heard: Sendable {
        case anchor(AuditAnchor)
        case failure(String)
    }

    private let trail = AuditTrail(key: .random())
    private let entry = AuditEntry(
        actor: Actor(name: "alice", uid: 7), channel: .socket, action: "schedule.pause", subject: "schedule a")

    private func file() throws -> String {
        let path = try Scratch.path("anchors")
        try #require(mkdir(path, 0o700) == 0)
        return path + "/" + AnchorLog.name
    }

    private func writer(
        _ pool: PostgresPool, _ file: String, _ heard: EventProbe<Heard>, key: AuditKey? = nil
    ) -> AnchorWriter {
        AnchorWriter(
            pool: pool, key: key ?? trail.key, file: file, host: "pay1", onAnchor: { heard.record(.anchor($0)) },
            onFailure: { heard.record(.failure("\($0)")) })
    }

    private func append(_ pool: PostgresPool) async throws {
        try await pool.transaction { _ = try await trail.record(entry, in: $0) }
    }

    @Test func `the head is signed when it moved, and once an hour when it did not`() async throws {
        let file = try file()
        try await withPool { pool in
            let writer = writer(pool, file, EventProbe())
            var pace = AnchorPace()
            var now = ContinuousClock.now
            for step in 0..<6 {
                if step == 2 || step == 4 { try await append(pool) }
                if step == 5 { now += AnchorWriter.silenceMax }
                await writer.turn(&pace, now: now)
                now += AnchorWriter.interval
            }
            let anchors = try AnchorLog(file).read()?.anchors ?? []
            #expect(anchors.map(\.sequence) == [0, 1, 2, 2] && anchors.allSatisfy { $0.isGenuine(trail.key) })
            let verdict = try await pool.withConnection { connection in
                try await AuditVerification(keys: [trail.key], anchors: AnchorFile(anchors: anchors))
                    .run(on: connection)
            }
            #expect(verdict.breakage == nil && verdict.anchors.held == 4 && verdict.beyondAnchor == 0)
        }
    }

    @Test func `the loop signs at once, and ends when it is told to`() async throws {
        let file = try file()
        try await withPool { pool in
            let heard = EventProbe<Heard>()
            let ledger = ProgressLedger()
            try await append(pool)
            let writer = AnchorWriter(
                pool: pool, key: trail.key, file: file, host: "pay1",
                progress: ledger.enter("anchors", limit: .seconds(60)),
                onAnchor: { heard.record(.anchor($0)) }, onFailure: { heard.record(.failure("\($0)")) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await writer.run() }
                guard case .anchor(let anchor) = try await heard.next() else { return #expect(Bool(false)) }
                #expect(anchor.sequence == 1 && anchor.daemon == "pay1/\(getpid())")
                #expect(ledger.loops.map(\.name) == ["anchors"])
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(ledger.loops.isEmpty)
        }
    }

    @Test func `a database that was put back is told of, also by the next daemon`() async throws {
        let file = try file()
        try await withPool { pool in
            for _ in 0..<3 { try await append(pool) }
            let heard = EventProbe<Heard>()
            var pace = AnchorPace()
            await writer(pool, file, heard).turn(&pace, now: .now)
            try await pool.withConnection { connection in
                try await connection.script(
                    """
                    alter table bursar.audit_entry disable trigger all;
                    alter table bursar.audit_head disable trigger all;
                    delete from bursar.audit_entry where sequence = 3;
                    update bursar.audit_head set sequence = 2,
                        mac = (select mac from bursar.audit_entry where sequence = 2);
                    """)
            }
            var after = AnchorPace(newest: try AnchorLog(file).read()?.anchors.last)
            for _ in 0..<2 { await writer(pool, file, heard).turn(&after, now: .now) }
            let told = heard.recorded.compactMap { if case .failure(let text) = $0 { text } else { nil } }
            #expect(told.count == 1 && told.first?.contains("the audit ends with entry 2") == true, "\(told)")
        }
    }

    @Test func `another key signs nothing`() async throws {
        let file = try file()
        try await withPool { pool in
            try await append(pool)
            let heard = EventProbe<Heard>()
            var pace = AnchorPace()
            await writer(pool, file, heard, key: .random()).turn(&pace, now: .now)
            guard case .failure(let text) = try await heard.next() else { return #expect(Bool(false)) }
            #expect(text.contains(trail.key.fingerprint))
            #expect(try AnchorLog(file).read() == nil)
        }
    }

    private func withPool(_ body: @Sendable (PostgresPool) async throws -> Void) async throws {
        try await withDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { try await body($0) }
        }
    }
}
