import DatabaseTestSupport
import TestSupport
import Testing

@testable import Postgres

@Suite struct PoolTests {
    @Test func `many tasks share a few connections`() async throws {
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 3) { pool in
                let pids = try await withThrowingTaskGroup(of: Int32.self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            let sum = try await pool.run(AddOne(number: number))
                            #expect(sum == [number + 1])
                            return try await pool.value("SELECT pg_backend_pid()", as: Int32.self)
                        }
                    }
                    return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
                }
                #expect((1...3).contains(pids.count))
            }
        }
    }

    @Test func `those who wait are served in the order they came`() async throws {
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 1) { pool in
                let order = EventProbe<Int>()
                let held = try await pool.lease()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<10 {
                        let before = pool.waiterCount
                        group.addTask {
                            try await pool.withConnection { _ in order.record(number) }
                        }
                        while pool.waiterCount == before { await Task.yield() }
                    }
                    pool.release(held)
                    try await group.waitForAll()
                }
                #expect(order.recorded == Array(0..<10))
            }
        }
    }

    @Test func `who waits too long is told so, who is one too many at once`() async throws {
        try await withEmptyDatabase { database in
            let pool = PostgresPool(
                address: database.address, limits: PoolLimits(size: 1, waiters: 1, leaseTimeout: .milliseconds(100)))
            async let running: Void = pool.run()
            let held = try await pool.lease()
            async let late = failure { try await pool.execute("SELECT 1") }
            while pool.waiterCount == 0 { await Task.yield() }
            let refused = await failure { try await pool.execute("SELECT 1") }
            #expect(refused?.code == .poolUnavailable)
            #expect(await late?.code == .timeout)
            pool.release(held)
            #expect(try await pool.execute("SELECT 1") == 1)
            pool.shutDown()
            await running
            #expect(await failure { try await pool.execute("SELECT 1") }?.code == .poolUnavailable)
        }
    }

    @Test func `a task that is cancelled while it waits leaves the queue`() async throws {
        try await withEmptyDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 1) { pool in
                let held = try await pool.lease()
                let error = await withTaskGroup(of: PostgresError?.self) { group in
                    group.addTask { await failure { try await pool.execute("SELECT 1") } }
                    while pool.waiterCount == 0 { await Task.yield() }
                    group.cancelAll()
                    return await group.next() ?? nil
                }
                #expect(error?.code == .cancelled)
                #expect(pool.waiterCount == 0)
                pool.release(held)
            }
        }
    }

    @Test func `a database that cannot be reached is named when the time is up`() async throws {
        let address = try PostgresAddress(uri: "postgresql:///x?host=/nonexistent")
        let pool = PostgresPool(address: address, limits: PoolLimits(size: 1, leaseTimeout: .milliseconds(300)))
        async let running: Void = pool.run()
        var error = await failure { try await pool.execute("SELECT 1") }
        // Until the pool's first attempt has failed it only knows that the time is up.
        while error?.code == .timeout { error = await failure { try await pool.execute("SELECT 1") } }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("/nonexistent") == true)
        pool.shutDown()
        await running
    }

    @Test func `a pool that does not run says so`() async throws {
        let address = try PostgresAddress(uri: "postgresql:///x?host=/nonexistent")
        let pool = PostgresPool(address: address, limits: PoolLimits(size: 1, leaseTimeout: .milliseconds(50)))
        let error = await failure { try await pool.execute("SELECT 1") }
        #expect(error?.code == .timeout)
        #expect(error?.hint?.contains("run()") == true)
    }

    @Test func `a server that refuses the database is not waited for`() async throws {
        try await withEmptyDatabase { database in
            let address = database.address.setting("dbname", to: "nothing")
            try await PostgresPool.withPool(address: address, size: 1) { pool in
                #expect(await failure { try await pool.execute("SELECT 1") }?.code == .authenticationFailed)
            }
        }
    }

    @Test func `cancelling run ends the pool, and what is lent is closed when it comes back`() async throws {
        try await withEmptyDatabase { database in
            let pool = PostgresPool(address: database.address, size: 2)
            let held = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await pool.run() }
                let held = try await pool.lease()
                group.cancelAll()
                return held
            }
            #expect(try await held.connection.execute("SELECT 1") == 1)
            pool.release(held)
            #expect(await failure { try await held.connection.execute("SELECT 1") }?.code == .connectionLost)
        }
    }
}
