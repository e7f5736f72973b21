import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct LineTests {
    private func line(_ engine: TestEngine, _ count: Int, isOrdered: Bool) async throws -> [Int64] {
        var ids: [Int64] = []
        for _ in 0..<count {
            let job = isOrdered ? NewJob(kind: "test.work", orderKey: "a") : NewJob(kind: "test.work", limitKey: "a")
            ids.append(try await engine.enqueue(job))
        }
        return ids
    }

    @Test func `a job that comes while the head of its limited line waits for later runs at once`() async throws {
        try await withFleet(1, limits: [.work(JobGates(perKey: 1))]) { fleet, _ in
            let engine = fleet[0]
            try await engine.enqueue(
                NewJob(kind: "test.work", runAt: engine.time.now() + .seconds(86_400), limitKey: "a"))
            let now = try await engine.enqueue(NewJob(kind: "test.work", limitKey: "a"))
            #expect(try await engine.look().map(\.job) == [now])
        }
    }

    @Test func `whoever comes to a line without a head goes behind those who stand there`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            var ids = try await line(engine, 3, isOrdered: true)
            // Its head is gone, and nobody has let the next one step forward yet.
            try await engine.pool.execute("delete from bursar.job where id = \(ids.removeFirst())")
            ids.append(try await engine.enqueue(NewJob(kind: "test.work", orderKey: "a")))
            #expect(try await engine.look() == [])
            _ = try await engine.store.reap()
            for id in ids {
                let claim = try #require(try await engine.look().first)
                #expect(claim.job == id)
                try await engine.finish(claim)
            }
        }
    }

    @Test func `an attempt that was given back keeps its place among those that wait`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            var ids: [Int64] = []
            for _ in 0..<3 {
                ids.append(try await engine.enqueue(NewJob(kind: "test.work")))
                engine.time.advance(by: .seconds(1))
            }
            let claim = try #require(try await engine.look(1).first)
            engine.time.advance(by: .seconds(60))
            #expect(try await engine.store.postpone(claim, until: .asBefore, failure: nil))
            #expect(try await engine.store.claim(limit: 3).claims.map(\.job) == ids)
        }
    }

    @Test(arguments: [true, false])
    func `a head that waits to be tried again, or for a person, blocks an ordered line and no other`(
        isOrdered: Bool
    ) async throws {
        let gates = isOrdered ? JobGates.open : JobGates(perKey: 1)
        try await withFleet(1, limits: [.work(gates)]) { fleet, _ in
            let ids = try await line(fleet[0], 4, isOrdered: isOrdered)
            let first = try #require(try await fleet[0].look().first)
            #expect(first.job == ids[0])
            #expect(try await fleet[0].look() == [])
            #expect(try await fleet[0].store.postpone(first, until: .after(.seconds(60)), failure: "boom"))
            let second = try await fleet[0].look()
            #expect(second.map(\.job) == (isOrdered ? [] : [ids[1]]))
            if let second = second.first {
                #expect(try await fleet[0].store.park(second, because: .asked, reason: "which?"))
                #expect(try await fleet[0].look().map(\.job) == [ids[2]])
            } else {
                fleet[0].time.advance(by: .seconds(60))
                let again = try #require(try await fleet[0].look().first)
                #expect(try await fleet[0].store.park(again, because: .asked, reason: "which?"))
                #expect(try await fleet[0].look() == [])
                _ = try await fleet[0].jobs.cancel(ids[0], by: .by())
                #expect(try await fleet[0].look().map(\.job) == [ids[1]])
            }
        }
    }

    @Test
    func `a limit of a key that is raised or removed lets those behind it run, all that have room`() async throws {
        try await withFleet(1, limits: [.work(JobGates(perKey: 2))]) { fleet, _ in
            let engine = fleet[0]
            _ = try await line(engine, 12, isOrdered: false)
            #expect(try await engine.look().count == 2)
            try await engine.pool.execute("update bursar.kind set per_key = 5")
            _ = try await engine.store.reap()
            #expect(try await engine.look().count == 3)
            try await engine.pool.execute("update bursar.kind set per_key = null")
            _ = try await engine.store.reap()
            #expect(try await engine.look().count == 7)
        }
    }

    @Test func `of a limited line whose limit was removed each end lets the next go on`() async throws {
        try await withFleet(1, limits: [.work(JobGates(perKey: 1))]) { fleet, _ in
            let engine = fleet[0]
            let ids = try await line(engine, 3, isOrdered: false)
            try await engine.pool.execute("update bursar.kind set per_key = null")
            for id in ids {
                let claim = try #require(try await engine.look().first)
                #expect(claim.job == id)
                try await engine.finish(claim)
            }
        }
    }

    @Test
    func `an end waits for a caller's transaction in the same line, and the line is not left headless`() async throws {
        try await withFleet(1, poolSize: 6) { fleet, _ in
            let engine = fleet[0]
            _ = try await line(engine, 1, isOrdered: true)
            let head = try #require(try await engine.look().first)
            let isEnqueued = Signal()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await isEnqueued.wait()
                    try await engine.finish(head)
                }
                let next = try await engine.pool.transaction { transaction in
                    let id = try await transaction.enqueue(
                        NewJob(kind: "test.work", orderKey: "a"), now: engine.time.now())
                    isEnqueued.raise()
                    // The finisher waits in line behind this transaction.
                    try await until {
                        try await engine.count(
                            """
                            select count(*) from pg_locks
                            where locktype = 'advisory' and not granted
                              and database = (select oid from pg_database where datname = current_database())
                            """) > 0
                    }
                    #expect(try await engine.count("select count(*) from bursar.finished_job") == 0)
                    return id
                }
                try await group.waitForAll()
                #expect(try await engine.mended() == 0)
                #expect(try await engine.look().map(\.job) == [next])
            }
        }
    }

    @Test func `transactions that enqueue into two lines in opposite orders all commit`() async throws {
        try await withFleet(2, poolSize: 4) { fleet, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<2 {
                    group.addTask {
                        for _ in 0..<4 {
                            try await fleet[writer].pool.transaction { transaction in
                                for key in writer < 1 ? ["a", "b"] : ["b", "a"] {
                                    _ = try await transaction.enqueue(
                                        NewJob(kind: "test.work", orderKey: key), now: fleet[0].time.now())
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await fleet[0].count("select count(*) from bursar.job") == 16)
            #expect(try await fleet[0].count("select count(*) from bursar.job where not held") == 2)
            #expect(try await fleet[0].mended() == 0)
        }
    }

    @Test func `operators who cancel a line's jobs while they end deadlock with nobody`() async throws {
        try await withFleet(2, poolSize: 4) { fleet, _ in
            let ids = try await line(fleet[0], 60, isOrdered: true)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Ends: each look takes the head, and the line is finite.
                    while let claim = try await fleet[0].look().first { try await fleet[0].finish(claim) }
                }
                for half in 0..<2 {
                    group.addTask {
                        for id in ids.reversed() where id % 2 == Int64(half) && id % 3 == 0 {
                            do { _ = try await fleet[1].jobs.cancel(id, by: .by()) } catch is OperationRefusal {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            // One may have been asked to end while it ran.
            while let claim = try await fleet[0].look().first { try await fleet[0].finish(claim) }
            #expect(try await fleet[0].count("select count(*) from bursar.job") == 0)
            #expect(try await fleet[0].count("select count(*) from bursar.finished_job") == 60)
        }
    }
}
