import DatabaseTestSupport
import Postgres
import Primitives
import Testing

@Suite struct CopyTests {
    private static let table = "CREATE TABLE bill (id int8 PRIMARY KEY, at timestamptz, cents int4, note text)"

    /// Rows 1 to `count`, a few a call.
    private func fill(_ connection: PostgresConnection, count: Int) async throws -> Int {
        let next = Tally()
        return try await connection.copyIn("public.bill", columns: ["id", "at", "cents", "note"]) { writer in
            for _ in 0..<100 {
                let id = next.increment()
                guard id <= count else { return false }
                writer.row(columns: 4)
                writer.append(id)
                writer.append(id.isMultiple(of: 3) ? nil : Instant(seconds: Int64(id)))
                writer.append(Int32(id % 1_000))
                writer.append("note \(id)")
            }
            return true
        }
    }

    @Test func `rows go in and come out, in more than one chunk`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            #expect(try await fill(connection, count: 20_000) == 20_000)
            let sums = try await connection.copyOut(
                "SELECT id, at, cents, note FROM bill WHERE id > \(10_000) ORDER BY id",
                into: [Int64](repeating: 0, count: 3)
            ) { sums, row in
                let id: Int64 = try row.next()
                sums[0] += id
                let at: Instant? = try row.next()
                sums[1] += at?.seconds ?? 0
                row.skip()
                #expect(try row.next(String.self) == "note \(id)")
                sums[2] += 1
            }
            #expect(sums[0] == (10_001...20_000).reduce(0, +))
            #expect(sums[1] == (10_001...20_000).filter { !$0.isMultiple(of: 3) }.reduce(0, +))
            #expect(sums[2] == 10_000)
            let count = try await connection.copyOut("SELECT id FROM bill") { row in row.skip() }
            #expect(count == 20_000)
        }
    }

    @Test func `no rows are no trouble`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let none = try await fill(connection, count: 0)
            #expect(none == 0)
            #expect(try await connection.copyOut("SELECT id FROM bill") { row in row.skip() } == 0)
        }
    }

    @Test func `both run inside a transaction, as its first statement too, and are rolled back with it`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            await #expect(throws: BodyFailed()) {
                try await connection.transaction { transaction in
                    let more = Tally()
                    try await transaction.copyIn("bill", columns: ["id"]) { writer in
                        writer.row(columns: 1)
                        writer.append(more.increment())
                        return more.count < 10
                    }
                    #expect(try await transaction.copyOut("SELECT id FROM bill") { row in row.skip() } == 10)
                    throw BodyFailed()
                }
            }
            let left = try await connection.transaction { transaction in
                try await transaction.copyOut("SELECT id FROM bill") { row in row.skip() }
            }
            #expect(left == 0)
        }
    }

    @Test func `an error of the server in the middle of a COPY ends it, and the connection goes on`() async throws {
        try await withConnection { connection, _ in
            let error = await failure {
                try await connection.copyOut("SELECT 1 / (50000 - n) FROM generate_series(1, 100000) AS n") { row in
                    row.skip()
                }
            }
            #expect(error?.sqlState == "22012")
            #expect(error?.statement == "COPY TO")
            try await connection.script(Self.table)
            try await connection.execute("INSERT INTO bill VALUES (\(15_000))")
            let twice = await failure { try await fill(connection, count: 20_000) }
            #expect(twice?.code == .uniqueViolation)
            #expect(try await connection.value("SELECT count(*) FROM bill", as: Int.self) == 1)
        }
    }

    @Test func `an error of the reader ends the COPY, and the connection goes on`() async throws {
        try await withConnection { (connection, _) async throws in
            await #expect(throws: BodyFailed()) {
                try await connection.copyOut("SELECT generate_series(1, 100000000)") { _ in throw BodyFailed() }
            }
            let wrong = await failure {
                try await connection.copyOut("SELECT 'texts'") { row in _ = try row.next(Int64.self) }
            }
            #expect(wrong?.code == .decoding)
            let missing = await failure {
                try await connection.copyOut("SELECT 1::int8") { row in
                    _ = (try row.next(Int64.self), try row.next(Int64.self))
                }
            }
            #expect(missing?.message == "column 1 does not exist: the row has 1, expected Int64")
            #expect(try await connection.run(AddOne(number: 1)) == [2])
        }
    }

    @Test func `a reader's error that a transaction's body swallows does not pass for a commit`() async throws {
        try await withConnection { (connection, _) async throws in
            let error = await failure {
                try await connection.transaction { transaction in
                    _ = try? await transaction.copyOut("SELECT generate_series(1, 100000000)") { _ in throw BodyFailed()
                    }
                }
            }
            #expect(error?.code == .misuse)
            #expect(error?.phase == .commit)
            #expect(try await connection.run(AddOne(number: 1)) == [2])
        }
    }

    @Test func `an error of the writer undoes the COPY, and the connection goes on`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let rows = Tally()
            await #expect(throws: BodyFailed()) {
                try await connection.copyIn("bill", columns: ["id"]) { writer in
                    writer.row(columns: 1)
                    writer.append(rows.increment())
                    if rows.count == 50_000 { throw BodyFailed() }
                    return true
                }
            }
            #expect(try await connection.value("SELECT count(*) FROM bill", as: Int.self) == 0)
        }
    }

    @Test func `values that are not of the column's type are refused before the server misreads them`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(
                Self.table + "; CREATE TYPE fruit AS ENUM ('apple', 'plum'); CREATE DOMAIN label AS varchar(9);"
                    + "CREATE TABLE basket (fruit fruit, label label)")
            // Eight bytes each: the server would take one for the other.
            let error = await failure {
                try await connection.copyIn("bill", columns: ["id", "at"]) { writer in
                    writer.row(columns: 2)
                    writer.append(1)
                    writer.append(2)
                    return false
                }
            }
            #expect(error?.code == .encoding)
            #expect(error?.message == "column at has type oid 1184, the value is int8")
            let short = await failure {
                try await connection.copyIn("bill", columns: ["id", "at"]) { writer in
                    writer.row(columns: 2)
                    writer.append(1)
                    return false
                }
            }
            #expect(short?.code == .encoding)
            let unknown = await failure {
                try await connection.copyIn("bill", columns: ["id", "nothing"]) { _ in false }
            }
            #expect(unknown?.message == "table bill has no column nothing")
            try await connection.copyIn("basket", columns: ["label", "fruit"]) { writer in
                writer.row(columns: 2)
                writer.append("ripe")
                writer.append(Fruit.plum)
                return false
            }
            #expect(
                try await connection.value("SELECT fruit::text || label FROM basket", as: String.self) == "plumripe")
        }
    }

    @Test func `a cancelled COPY ends, and the connection goes on`() async throws {
        try await withConnection { (connection, _) async throws in
            let first = Tally()
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.addTask {
                    await failure {
                        try await connection.copyOut("SELECT generate_series(1, 1000000000)") { _ in first.increment() }
                    }
                }
                while first.count == 0 { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            #expect(try await connection.run(AddOne(number: 1)) == [2])
        }
    }
}
