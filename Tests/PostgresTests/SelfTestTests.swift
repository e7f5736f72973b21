import DatabaseTestSupport
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct SelfTestTests {
    @Test func `a database that is as it should be passes every check`() async throws {
        try await withConnection { connection, database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                let findings = try await SelfTest(time: SystemTime()).run(on: connection, beside: pool)
                #expect(findings.map(\.check) == SelfTest.Check.allCases)
                #expect(findings.filter { !$0.passed } == [])
            }
        }
    }

    @Test func `a clock that is wrong is found, in both directions`() async throws {
        try await withConnection { connection, database in
            try await PostgresPool.withPool(address: database.address, size: 2) { (pool) async throws in
                for seconds in [-60, 60] as [Int64] {
                    let time = ManualTime(SystemTime().now() + .seconds(seconds))
                    let findings = try await SelfTest(time: time).run(on: connection, beside: pool)
                    let skew = try #require(findings.first { $0.check == .clockSkew })
                    #expect(!skew.passed)
                    #expect(skew.hint != nil)
                    #expect(skew.detail.contains(seconds < 0 ? "ahead of" : "behind"))
                }
            }
        }
    }

    @Test func `a server that takes no writes is found`() async throws {
        let options = ConnectionOptions(settings: ["default_transaction_read_only": "on"])
        try await withConnection(options: options) { connection, database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                let findings = try await SelfTest(time: SystemTime()).run(on: connection, beside: pool)
                #expect(findings.filter { !$0.passed }.map(\.check) == [.readWrite])
            }
        }
    }

    @Test func `session locks are held by one session until it gives them back or ends`() async throws {
        try await withConnection { connection, database in
            let other = try await PostgresConnection.connect(to: database.address)
            for key in [Int64.min, -1, 0, 1, 7_236_837_599, .max] {
                #expect(try await connection.holds(key) == false)
                #expect(try await connection.tryLock(key))
                #expect(try await connection.holds(key))
                #expect(try await other.holds(key) == false)
                #expect(try await other.tryLock(key) == false)
                #expect(try await connection.unlock(key))
                #expect(try await connection.unlock(key) == false)
            }
            #expect(try await connection.tryLock(5))
            await connection.close()
            try await eventually("SELECT pg_try_advisory_lock(5)", on: other)
        }
    }
}
