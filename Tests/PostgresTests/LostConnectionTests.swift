import DatabaseTestSupport
@testable import Postgres
import Synchronization
import Testing

@Suite struct LostConnectionTests {
    @Test func `a backend that is ended mid-query is a lost connection, and may be tried again`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            async let sleeping = failure { try await connection.execute("SELECT pg_sleep(60)") }
            try await eventually(isAsleep(connection.backendPID), on: other)
            try await other.execute("SELECT pg_terminate_backend(\(connection.backendPID))")
            let error = await sleeping
            #expect(error?.code == .connectionLost)
            #expect(error?.sqlState == "57P01")
            #expect(error?.isTransient == true)
            #expect(connection.isClosed)
            let next = await failure { try await connection.execute("SELECT 1") }
            #expect(next?.code == .connectionLost)
        }
    }

    @Test func `a backend that is ended between statements is a lost connection`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await other.execute("SELECT pg_terminate_backend(\(connection.backendPID), 5000)")
            let error = await failure { try await connection.execute("SELECT 1") }
            #expect(error?.code == .connectionLost)
            #expect(error?.isTransient == true)
        }
    }

    @Test func `the pool replaces what was lost`() async throws {
        try await withEmptyDatabase { database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await PostgresPool.withPool(address: database.address, size: 4) { pool in
                // All four, so that each of the pool's connections is dead afterwards.
                let meeting = Meeting(parties: 4)
                let pids = try await withThrowingTaskGroup(of: Int32.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            try await pool.withConnection { connection in
                                await meeting.arrive()
                                return connection.backendPID
                            }
                        }
                    }
                    return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
                }
                #expect(pids.count == 4)
                for pid in pids { try await other.execute("SELECT pg_terminate_backend(\(pid), 5000)") }
                let runs = Tally()
                let pid = try await pool.transaction { transaction in
                    runs.increment()
                    return try await transaction.value("SELECT pg_backend_pid()", as: Int32.self)
                }
                #expect(!pids.contains(pid))
                // The first loss makes the pool look at the others before it lends them.
                #expect(runs.count <= 2)
            }
        }
    }

    @Test func `a transaction whose session is lost in its body is rerun`() async throws {
        try await withEmptyDatabase { database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await other.script("CREATE TABLE pair (key int8 PRIMARY KEY, text text)")
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                let runs = Tally()
                try await pool.transaction { transaction in
                    let run = runs.increment()
                    try await transaction.run(InsertPair(key: 1, text: "run \(run)"))
                    if run == 1 {
                        try await other.execute(
                            "SELECT pg_terminate_backend(\(transaction.connection.backendPID), 5000)")
                    }
                    try await transaction.run(InsertPair(key: 2, text: "run \(run)"))
                }
                #expect(try await other.run(ReadPairs()).map(\.1) == ["run 2", "run 2"])
            }
        }
    }

    @Test func `a session that is lost at COMMIT leaves the outcome unknown, and nothing is rerun`() async throws {
        try await withEmptyDatabase { database in
            let other = try await PostgresConnection.connect(to: database.address)
            // A trigger that sleeps while the transaction commits.
            try await other.script(
                """
                CREATE TABLE pair (key int8 PRIMARY KEY, text text);
                CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON pair DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION linger();
                """)
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                let runs = Tally()
                let pid = Mutex<Int32>(0)
                async let outcome = failure {
                    try await pool.transaction { transaction in
                        runs.increment()
                        pid.withLock { $0 = transaction.connection.backendPID }
                        try await transaction.run(InsertPair(key: 1, text: nil))
                    }
                }
                try await eventually(
                    """
                    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query = 'COMMIT' AND wait_event = 'PgSleep'
                        AND datname = current_database())
                    """, on: other)
                try await other.execute("SELECT pg_terminate_backend(\(pid.withLock { $0 }))")
                let error = await outcome
                #expect(error?.code == .commitUnknown)
                #expect(error?.isTransient == false)
                #expect(error?.isConnectionLost == true)
                #expect(error?.phase == .commit)
                #expect(runs.count == 1)
            }
        }
    }

    @Test func `a commit whose answer is cut off has happened, and is called unknown`() async throws {
        try await withEmptyDatabase { database in
            let direct = try await PostgresConnection.connect(to: database.address)
            try await direct.script("CREATE TABLE pair (key int8 PRIMARY KEY, text text)")
            let relay = try Relay(to: database.address)
            let connection = try await PostgresConnection.connect(to: relay.address)
            let error = await failure {
                try await connection.transaction { transaction in
                    try await transaction.run(InsertPair(key: 1, text: nil))
                    relay.cutAtNextAnswer()
                }
            }
            #expect(error?.code == .commitUnknown)
            #expect(try await direct.run(ReadPairs()).count == 1)
        }
    }

    @Test func `a writing statement of its own whose answer is cut off is unknown too, a reading one is not`()
        async throws
    {
        try await withEmptyDatabase { database in
            let direct = try await PostgresConnection.connect(to: database.address)
            try await direct.script("CREATE TABLE pair (key int8 PRIMARY KEY, text text)")
            func cut(_ body: (PostgresConnection) async throws -> some Any) async throws -> PostgresError? {
                let relay = try Relay(to: database.address)
                let connection = try await PostgresConnection.connect(to: relay.address)
                relay.cutAtNextAnswer()
                return await failure { try await body(connection) }
            }
            #expect(try await cut { try await $0.execute("INSERT INTO pair VALUES (1)") }?.code == .commitUnknown)
            #expect(try await direct.run(ReadPairs()).count == 1)
            #expect(try await cut { try await $0.run(ReadPairs()) }?.code == .connectionLost)
            #expect(try await cut { try await $0.pipeline([AddOne(number: 1)]) }?.code == .connectionLost)
            #expect(try await cut { try await $0.script("SELECT 1") }?.code == .commitUnknown)
            let reading = try await cut { connection in
                try await connection.transaction(readOnly: true) { try await $0.run(ReadPairs()).count }
            }
            #expect(reading?.code == .connectionLost)
        }
    }

    @Test func `a writing statement on a session that had died before is not unknown`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            try await other.execute("SELECT pg_terminate_backend(\(connection.backendPID), 5000)")
            let error = await failure { try await connection.execute("CREATE TABLE pair ()") }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test func `a session that falls silent is given up after its limit`() async throws {
        try await withEmptyDatabase { database in
            let relay = try Relay(to: database.address)
            let options = ConnectionOptions(silenceLimit: .milliseconds(200))
            let connection = try await PostgresConnection.connect(to: relay.address, options: options)
            try await connection.execute("SELECT 1")
            relay.swallowAnswers()
            let error = await failure { try await connection.execute("SELECT 1") }
            #expect(error?.code == .connectionLost)
            #expect(error?.message.contains("did not answer") == true)
        }
    }

    @Test func `without any limit, a session whose answers are swallowed is given up once the server says it is idle`()
        async throws
    {
        try await withEmptyDatabase { database in
            let relay = try Relay(to: database.address)
            let connection = try await PostgresConnection.connect(to: relay.address)
            try await connection.execute("SELECT 1")
            relay.swallowAnswers()
            // The way to the server is open for others.
            relay.serveAnother(faithfully: true)
            let error = await failure { try await connection.execute("SELECT 1") }
            #expect(error?.code == .connectionLost)
            #expect(error?.message == "the server no longer works for this session")
            #expect(connection.fellSilent)
        }
    }

    @Test func `a statement that takes long is waited for`() async throws {
        try await withConnection { connection, _ in
            try await connection.execute("SELECT pg_sleep(\((Doubt.pause + .seconds(1)) / .seconds(1)))")
            #expect(!connection.fellSilent)
        }
    }

    @Test func `a doubt needs two silences of the server, or one answer`() {
        var doubt = Doubt()
        #expect(doubt.heed(.noAnswer) == nil)
        #expect(doubt.heed(.working) == nil)
        #expect(doubt.heed(.noAnswer) == nil)
        #expect(doubt.heed(.noAnswer) != nil)
        #expect(doubt.heed(.over) != nil)
        #expect(doubt.heed(.unknown) == nil)
    }

    @Test func `a body's error stays the one thrown when ROLLBACK fails, with both to be read`() async throws {
        try await withEmptyDatabase { database in
            let relay = try Relay(to: database.address)
            let connection = try await PostgresConnection.connect(to: relay.address)
            let error = await #expect(throws: TransactionError.self) {
                try await connection.transaction { transaction in
                    try await transaction.execute("SELECT 1")
                    relay.cutAtNextAnswer()
                    throw BodyFailed()
                }
            }
            #expect(error?.body is BodyFailed)
            #expect(error?.rollback.phase == .rollback)
            #expect(error?.rollback.code == .connectionLost)
        }
    }
}
