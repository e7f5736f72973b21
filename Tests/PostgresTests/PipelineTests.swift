import DatabaseTestSupport
import Postgres
import Testing

@Suite struct PipelineTests {
    private static let table = "CREATE TABLE pair (key int8 PRIMARY KEY, text text)"

    @Test func `statements of several kinds give their results in order`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let (_, sum, pairs) = try await connection.pipeline(
                InsertPair(key: 1, text: "a"), AddOne(number: 1), ReadPairs())
            #expect(sum == [2])
            #expect(pairs.map(\.0) == [1])
            let sums = try await connection.pipeline((0..<1_000).map { AddOne(number: $0) })
            #expect(sums.map { $0.first } == (1...1_000).map { $0 })
        }
    }

    @Test func `an error aborts what follows and undoes what went before`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            var pipeline = Pipeline()
            let first = pipeline.add(InsertPair(key: 1, text: "a"))
            let second = pipeline.add("SELECT 1 / \(0)")
            let third = pipeline.add(ReadPairs())
            let results = try await connection.pipeline(pipeline)
            #expect(try results.rowsAffected(first) == 1)
            #expect(throws: PostgresError.self) { try results.rows(second) }
            #expect(throws: PostgresError.self) { try results.rows(third) }
            #expect(results.failure?.index == 1)
            #expect(results.failure?.error.sqlState == "22012")
            #expect(try await connection.run(ReadPairs()).isEmpty)
            let error = await failure { try await connection.pipeline(AddOne(number: 1), AddOne(number: .max)) }
            #expect(error?.sqlState == "22003")
            #expect(error?.statement == "AddOne")
        }
    }

    @Test func `a statement whose preparation fails is not taken for prepared`() async throws {
        try await withConnection { connection, _ in
            #expect(
                await failure { try await connection.pipeline(AddOne(number: 1), ReadPairs()) }?.code
                    == .undefinedObject)
            try await connection.script(Self.table)
            let (sum, pairs) = try await connection.pipeline(AddOne(number: 1), ReadPairs())
            #expect(sum == [2])
            #expect(pairs.isEmpty)
        }
    }

    @Test func `within a transaction the error spoils the transaction`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(Self.table)
            let error = await failure {
                try await connection.transaction { transaction in
                    // BEGIN rides along.
                    _ = try await transaction.pipeline([InsertPair(key: 1, text: "a"), InsertPair(key: 2, text: "b")])
                    var pipeline = Pipeline()
                    let ticket = pipeline.add(InsertPair(key: 1, text: "again"))
                    let results = try await transaction.pipeline(pipeline)
                    #expect(throws: PostgresError.self) { try results.rows(ticket) }
                }
            }
            #expect(error?.code == .uniqueViolation)
            #expect(try await connection.run(ReadPairs()).isEmpty)
        }
    }

    @Test func `much is sent and much comes back without either side waiting for the other`() async throws {
        try await withConnection { connection, _ in
            let large = String(repeating: "x", count: 10_000)
            var pipeline = Pipeline()
            let tickets = (0..<2_000).map { _ in pipeline.add("SELECT \(large)") }
            let results = try await connection.pipeline(pipeline)
            for ticket in tickets {
                var row = try #require(try results.rows(ticket).first)
                let text = try row.next(String.self)
                #expect(text.utf8.count == 10_000)
            }
        }
    }

    @Test func `more statements than the limit are refused`() async throws {
        try await withConnection { connection, _ in
            let many = (0...Pipeline.limit).map { AddOne(number: $0) }
            #expect(await failure { try await connection.pipeline(many) }?.code == .misuse)
            let none = try await connection.pipeline([AddOne]())
            #expect(none.isEmpty)
        }
    }
}
