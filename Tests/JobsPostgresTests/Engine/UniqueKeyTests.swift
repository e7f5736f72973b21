import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct UniqueKeyTests {
    @Test func `of twenty that enqueue one key at once all get the same job, and one of them made it`() async throws {
        try await withFleet(4) { fleet, _ in
            for round in 0..<10 {
                let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                    for n in 0..<20 {
                        group.addTask {
                            try await fleet[n % 4].enqueue(NewJob(kind: "test.work", uniqueKey: "round \(round)"))
                        }
                    }
                    return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
                }
                #expect(ids.count == 1)
            }
            #expect(try await fleet[0].count("select count(*) from bursar.job") == 10)
            try await fleet[0].expectTalliesToBeCounts()
        }
    }

    @Test(arguments: [
        (UniqueStates.waiting, true, false, false), (.waitingOrRunning, true, true, false),
        (.unfinished, true, true, true),
    ])
    func `a key is taken in the states that count and free in the others`(
        states: UniqueStates, waiting: Bool, running: Bool, parked: Bool
    ) async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            let job = NewJob(kind: "test.work", uniqueKey: "k", uniqueIn: states)
            func isTaken() async throws -> Bool {
                let before = try await engine.count("select count(*) from bursar.job")
                _ = try await engine.enqueue(job)
                let isNew = try await engine.count("select count(*) from bursar.job") > before
                // What came beside it goes, so that the next state is looked at alone.
                try await engine.pool.execute(
                    "delete from bursar.job where id > (select min(id) from bursar.job) and state = 'waiting'")
                return !isNew
            }
            _ = try await engine.enqueue(job)
            #expect(try await isTaken() == waiting)
            let claim = try #require(try await engine.look().first)
            #expect(try await isTaken() == running)
            #expect(try await engine.store.park(claim, because: .asked, reason: "test"))
            #expect(try await isTaken() == parked)
        }
    }

    @Test
    func `an attempt put off while another waits under its key waits beside it, and both are done`() async throws {
        for states in [UniqueStates.waiting, .unfinished] {
            try await withFleet(1) { fleet, _ in
                let engine = fleet[0]
                let first = try await engine.enqueue(NewJob(kind: "test.work", uniqueKey: "k", uniqueIn: .waiting))
                let claim = try #require(try await engine.look().first)
                // A later build may want the key in more states than the one that runs.
                let second = try await engine.enqueue(NewJob(kind: "test.work", uniqueKey: "k", uniqueIn: states))
                #expect(second != first)
                #expect(try await engine.store.postpone(claim, until: .after(.zero), failure: "boom"))
                #expect(try await engine.look().map(\.job).sorted() == [first, second])
            }
        }
    }

    @Test func `a dead daemon's job is retaken though another waits under its key`() async throws {
        try await withFleet(2) { fleet, _ in
            let (engine, victim) = (fleet[0], fleet[1])
            let job = NewJob(kind: "test.work", uniqueKey: "k", uniqueIn: .waiting)
            let first = try await engine.enqueue(job)
            #expect(try await victim.look().map(\.job) == [first])
            let second = try await engine.enqueue(job)
            try await victim.die(seenBy: engine)
            #expect(try await engine.store.reap() == 1)
            #expect(try await engine.look().map(\.job).sorted() == [first, second])
        }
    }

    @Test func `an attempt past its deadline is retaken though another waits under its key`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            let job = NewJob(kind: "test.work", uniqueKey: "k", uniqueIn: .waiting)
            let first = try await engine.enqueue(job)
            _ = try await engine.look()
            let second = try await engine.enqueue(job)
            engine.time.advance(by: .seconds(3_601))
            try await engine.session.beat()
            #expect(try await engine.store.reap() == 1)
            #expect(try await engine.look().map(\.job).sorted() == [first, second])
        }
    }

    @Test
    func `jobs of an unknown kind and one key wait again together once a build knows them`() async throws {
        try await withFleet(1) { fleet, database in
            let engine = fleet[0]
            let job = NewJob(kind: "test.new", uniqueKey: "k", uniqueIn: .waiting)
            let first = try await engine.enqueue(job)
            _ = try await engine.store.reap()
            let second = try await engine.enqueue(job)
            _ = try await engine.store.reap()
            #expect(try await engine.count("select count(*) from bursar.job where park_code = 'unknown_kind'") == 2)
            let limits = KindLimits(kind: "test.new", deadline: .seconds(60))
            let newer = TestEngine(database, limits: [limits], time: engine.time)
            try await withRunningPool(newer.pool) {
                try await newer.store.beat()
                #expect(try await newer.look().map(\.job).sorted() == [first, second])
                await newer.session.end()
            }
        }
    }

    @Test
    func `a parked job whose key was taken meanwhile is not tried again, and is told whose it is`() async throws {
        try await withFleet(1) { fleet, _ in
            let engine = fleet[0]
            let job = NewJob(kind: "test.work", uniqueKey: "k", uniqueIn: .waitingOrRunning)
            let first = try await engine.enqueue(job)
            let claim = try #require(try await engine.look().first)
            #expect(try await engine.store.park(claim, because: .asked, reason: "test"))
            let second = try await engine.enqueue(job)
            #expect(second != first)
            let error = await #expect(throws: OperationRefusal.self) { try await engine.jobs.retry(first, by: .by()) }
            #expect(error?.kind == .conflict && error?.detail.contains("\(second)") == true)
            #expect(try await engine.count("select count(*) from bursar.job where state = 'parked'") == 1)
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 201), String(repeating: "k", count: 10_240)])
    func `a key that is empty or too long is refused with its length and what to do`(key: String) async throws {
        try await withFleet(1) { fleet, _ in
            let jobs = [
                "unique key": NewJob(kind: "test.work", uniqueKey: key),
                "order key": NewJob(kind: "test.work", orderKey: key),
                "limit key": NewJob(kind: "test.work", limitKey: key),
            ]
            for (name, job) in jobs {
                let text = try await words(of: job, refusedBy: fleet[0])
                for word in [name, "\(key.count) characters", "SHA-256", "test.work"] { #expect(text.contains(word)) }
            }
            let count = try await fleet[0].count("select count(*) from bursar.job")
            #expect(count == 0)
        }
    }

    private func words(of job: NewJob, refusedBy engine: TestEngine) async throws -> String {
        do {
            try await engine.enqueue(job)
            return "taken"
        } catch let refusal as JobRefused {
            return "\(refusal)"
        }
    }

    @Test func `the longest keys are taken, in characters and not in bytes`() async throws {
        try await withFleet(1) { fleet, _ in
            let key = String(repeating: "ü", count: NewJob.keyMax)
            let first = try await fleet[0].enqueue(NewJob(kind: "test.work", orderKey: key, uniqueKey: key))
            #expect(try await fleet[0].enqueue(NewJob(kind: "test.work", limitKey: key, uniqueKey: key)) == first)
            try await fleet[0].enqueue(NewJob(kind: "test.work", limitKey: key))
        }
    }
}
