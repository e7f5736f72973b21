import DatabaseTestSupport
import Postgres
import Primitives
import Synchronization
import Testing

struct AddOne: Statement {
    let number: Int
    static let sql = "SELECT $1 + 1"

    func bind(to bindings: inout Bindings) { bindings.append(number) }

    static func output(from row: inout Row) throws(PostgresError) -> Int { try row.next() }
}

struct InsertPair: Statement {
    let key: Int
    let text: String?
    static let sql = "INSERT INTO pair (key, text) VALUES ($1, $2)"

    func bind(to bindings: inout Bindings) {
        bindings.append(key)
        bindings.append(text)
    }
}

struct ReadPairs: Statement {
    static let sql = "SELECT key, text FROM pair ORDER BY key"

    static func output(from row: inout Row) throws(PostgresError) -> (Int, String?) {
        (try row.next(), try row.next())
    }
}

struct ReadEverything: Statement {
    static let sql = "SELECT * FROM pair"

    static func output(from row: inout Row) throws(PostgresError) -> Int { row.columnCount }
}

/// One parameter more than the protocol can count.
struct ManyParameters: Statement {
    static let sql = "SELECT 1"

    func bind(to bindings: inout Bindings) {
        for number in 0...65_535 { bindings.append(number) }
    }
}

@Suite struct StatementTests {
    @Test func `a statement is prepared once and then only executed`() async throws {
        try await withConnection { connection, _ in
            for number in 0..<5 { #expect(try await connection.run(AddOne(number: number)) == [number + 1]) }
            let names = try await connection.query("SELECT name, parameter_types::text FROM pg_prepared_statements")
            #expect(names.count == 1)
            var row = try #require(names.first)
            #expect(try row.next(String.self) == "AddOne_1")
            #expect(try row.next(String.self) == "{bigint}")
        }
    }

    @Test func `rows touched are counted and NULL is bound with its type`() async throws {
        try await withConnection { connection, _ in
            try await connection.script("CREATE TABLE pair (key int8 PRIMARY KEY, text text)")
            #expect(try await connection.execute(InsertPair(key: 1, text: nil)) == 1)
            #expect(try await connection.execute(InsertPair(key: 2, text: "")) == 1)
            let pairs = try await connection.run(ReadPairs())
            #expect(pairs.map(\.0) == [1, 2])
            #expect(pairs.map(\.1) == [nil, ""])
            #expect(try await connection.first(ReadPairs())?.0 == 1)
            #expect(try await connection.execute("DELETE FROM pair WHERE key > \(0)") == 2)
            #expect(try await connection.first(ReadPairs()) == nil)
        }
    }

    @Test func `interpolation binds, splices and quotes`() async throws {
        try await withConnection { connection, _ in
            let evil = "'; DROP TABLE pair; --"
            #expect(try await connection.value("SELECT \(evil)", as: String.self) == evil)
            let condition: SQL = "key = \(2) AND text = \("b")"
            try await connection.script("CREATE TABLE \"odd \"\"name\" AS SELECT 2::int8 AS key, 'b' AS text")
            let name = "odd \"name"
            #expect(
                try await connection.value("SELECT count(*) FROM \(identifier: name) WHERE \(condition)", as: Int.self)
                    == 1)
            #expect(try await connection.value("SELECT \(1) + \(unsafe: "2") + \(3)", as: Int.self) == 6)
        }
    }

    @Test func `a plan that the schema outgrew is prepared anew`() async throws {
        try await withConnection { connection, database in
            try await connection.script("CREATE TABLE pair (key int8)")
            try await connection.execute("INSERT INTO pair VALUES (1)")
            #expect(try await connection.run(ReadEverything()) == [1])
            try await connection.script("ALTER TABLE pair ADD COLUMN text text")
            #expect(try await connection.run(ReadEverything()) == [2])
            try await connection.script("ALTER TABLE pair ADD COLUMN more text")
            let inside = await failure { try await connection.transaction { try await $0.run(ReadEverything()) } }
            #expect(inside?.code == .staleStatement)
            #expect(inside?.isTransient == true)
            #expect(try await connection.transaction { try await $0.run(ReadEverything()) } == [3])
        }
    }

    @Test func `prepared statements that the server forgot are prepared anew`() async throws {
        try await withConnection { connection, _ in
            _ = try await connection.run(AddOne(number: 1))
            try await connection.script("DISCARD ALL")
            #expect(try await connection.run(AddOne(number: 1)) == [2])
        }
    }

    @Test func `a hundred tasks share one connection without mixing their results`() async throws {
        try await withConnection { connection, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        for round in 0..<20 {
                            let value = number * 1_000 + round
                            let prepared = try await connection.run(AddOne(number: value))
                            #expect(prepared == [value + 1])
                            let adHoc = try await connection.value("SELECT \(value)", as: Int.self)
                            #expect(adHoc == value)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `errors name the statement and the constraint, never the values`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(
                "CREATE TABLE pair (key int8 CONSTRAINT pair_key PRIMARY KEY, text text NOT NULL CHECK (text <> 'no'))")
            try await connection.run(InsertPair(key: 4_111, text: "secret"))
            let unique = await failure { try await connection.run(InsertPair(key: 4_111, text: "secret")) }
            #expect(unique?.code == .uniqueViolation)
            #expect(unique?.sqlState == "23505")
            #expect(unique?.constraint == "pair_key")
            #expect(unique?.table == "pair")
            #expect(unique?.statement == "InsertPair")
            #expect(unique.map { $0.debugDescription.contains("4111") } == false)
            #expect(
                await failure { try await connection.run(InsertPair(key: 1, text: nil)) }?.code == .notNullViolation)
            #expect(await failure { try await connection.run(InsertPair(key: 1, text: "no")) }?.code == .checkViolation)
            let data = await failure { try await connection.execute("SELECT \("4111-secret")::int8") }
            #expect(data?.message == "invalid input syntax for type bigint: \"…\"")
            let missing = await failure { try await connection.execute("SELECT * FROM nothing") }
            #expect(missing?.code == .undefinedObject)
            #expect(missing?.position == 15)
        }
    }

    @Test func `what cannot be sent whole is refused`() async throws {
        try await withConnection { (connection, _) async throws in
            let cut = await failure { try await connection.execute("SELECT 1\0 DROP TABLE pair") }
            #expect(cut?.code == .misuse)
            #expect(await failure { try await connection.script("SELECT 1\0") }?.code == .misuse)
            let many = await failure { try await connection.execute(ManyParameters()) }
            #expect(many?.code == .encoding)
            #expect(many?.hint?.contains("arrays") == true)
            #expect(try await connection.run(AddOne(number: 1)) == [2])
        }
    }

    @Test func `a statement that leaves a transaction open closes the connection`() async throws {
        try await withConnection { (connection, _) async throws in
            let error = await failure { try await connection.execute("BEGIN") }
            #expect(error?.code == .misuse)
            #expect(connection.isClosed)
            #expect(await failure { try await connection.execute("SELECT 1") }?.code == .connectionLost)
        }
    }

    @Test func `a COPY that comes as a statement closes the connection instead of hanging`() async throws {
        for text in ["COPY (SELECT 1) TO STDOUT", "CREATE TABLE t (); COPY t FROM STDIN"] {
            try await withConnection { (connection, _) async throws in
                #expect(await failure { try await connection.script(text) }?.code == .misuse)
                #expect(connection.isClosed)
            }
        }
    }

    @Test func `a script runs all of its statements or none`() async throws {
        try await withConnection { connection, _ in
            let error = await failure {
                try await connection.script("CREATE TABLE a (); SELECT 1/0; CREATE TABLE b ()")
            }
            #expect(error?.sqlState == "22012")
            let isUndone = try await connection.value("SELECT to_regclass('a') IS NULL", as: Bool.self)
            #expect(isUndone)
        }
    }

    @Test func `an observer sees each statement and can make one fail`() async throws {
        let observer = CountingObserver(failing: 2)
        try await withConnection(options: ConnectionOptions(observer: observer)) { connection, _ in
            try await connection.run(AddOne(number: 1))
            #expect(await failure { try await connection.run(AddOne(number: 1)) }?.code == .server)
            try await connection.run(AddOne(number: 1))
            #expect(observer.seen.withLock { $0 } == ["AddOne", "AddOne", "AddOne"])
            #expect(observer.done.withLock { $0 } == ["AddOne", "AddOne"])
        }
    }

    @Test func `the session counts time in UTC and takes the settings asked for`() async throws {
        let options = ConnectionOptions(
            applicationName: "it's me", statementTimeout: .milliseconds(1_500),
            settings: ["plan_cache_mode": "force_custom_plan", "search_path": "a, \"b c\", pg_catalog"])
        try await withConnection(options: options) { connection, _ in
            func setting(_ name: String) async throws -> String {
                try await connection.value("SELECT current_setting(\(name))")
            }
            let zone = try await setting("timezone")
            #expect(zone == "UTC")
            #expect(try await setting("application_name") == "it's me")
            #expect(try await setting("statement_timeout") == "1500ms")
            #expect(try await setting("plan_cache_mode") == "force_custom_plan")
            #expect(try await setting("search_path") == "a, \"b c\", pg_catalog")
        }
    }
}

/// Counts statements, and makes the n-th fail.
final class CountingObserver: StatementObserver {
    let seen = Mutex<[String]>([])
    let done = Mutex<[String]>([])
    private let failing: Int

    init(failing: Int) {
        self.failing = failing
    }

    func willRun(_ statement: String) throws(PostgresError) {
        let count = seen.withLock { seen in
            seen.append(statement)
            return seen.count
        }
        if count == failing { throw PostgresError(.server, "made to fail") }
    }

    func didRun(_ statement: String, took: Duration, failure: PostgresError?) {
        done.withLock { $0.append(statement) }
    }
}
