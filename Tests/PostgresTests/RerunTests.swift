import DatabaseTestSupport
import Postgres
import Testing

@Suite struct RerunTests {
    @Test func `a serialization failure reruns the whole unit`() async throws {
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                try await pool.execute("CREATE TABLE pair AS SELECT 1::int8 AS key, '0'::text AS text")
                let runs = Tally()
                try await pool.transaction(isolation: .repeatableRead) { transaction in
                    let run = runs.increment()
                    _ = try await transaction.query("SELECT * FROM pair")
                    // Another one changes the row under the first run's snapshot.
                    if run == 1 { try await pool.execute("UPDATE pair SET text = 'between'") }
                    try await transaction.execute("UPDATE pair SET text = text || ' done'")
                }
                #expect(runs.count == 2)
                #expect(try await pool.value("SELECT text FROM pair", as: String.self) == "between done")
            }
        }
    }

    @Test func `a deadlock reruns the victim, and both units happen`() async throws {
        let options = ConnectionOptions(settings: ["deadlock_timeout": "50ms"])
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 3, options: options) { pool in
                try await pool.execute(
                    "CREATE TABLE pair AS SELECT key, 0::int8 AS hits FROM generate_series(1, 2) AS key")
                let runs = Tally()
                let meeting = Meeting(parties: 2)
                let met = [1: Tally(), 2: Tally()]
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for key in [1, 2] {
                        group.addTask {
                            try await pool.transaction { transaction in
                                runs.increment()
                                try await transaction.execute("UPDATE pair SET hits = hits + 1 WHERE key = \(key)")
                                // Only the first run of each meets the other: both hold one row and want the other's.
                                if met[key]?.increment() == 1 { await meeting.arrive() }
                                try await transaction.execute("UPDATE pair SET hits = hits + 1 WHERE key = \(3 - key)")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                // The rerun may snatch its first row again, and lose again.
                #expect(runs.count >= 3)
                #expect(try await pool.value("SELECT sum(hits)::int8 FROM pair", as: Int.self) == 4)
            }
        }
    }

    @Test func `an error that is not transient is not run again`() async throws {
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 1) { (pool) async throws in
                let runs = Tally()
                let error = await failure {
                    try await pool.transaction { transaction in
                        runs.increment()
                        try await transaction.execute("SELECT 1/0")
                    }
                }
                #expect(error?.sqlState == "22012")
                #expect(runs.count == 1)
            }
        }
    }

    @Test func `attempts are bounded`() async throws {
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 1) { (pool) async throws in
                let runs = Tally()
                let error = await failure {
                    try await pool.transaction(attempts: 3) { transaction in
                        runs.increment()
                        try await transaction.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
                    }
                }
                #expect(error?.code == .serializationFailure)
                #expect(runs.count == 3)
            }
        }
    }
}
