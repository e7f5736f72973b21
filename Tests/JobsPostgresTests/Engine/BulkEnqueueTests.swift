import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

/// Whichever way many jobs go in, their rows, counters and wake-ups are those of one by one.
@Suite struct BulkEnqueueTests {
    private static let begin = TestEngine.begin

    /// Alike ones go by a statement, mixed ones and very many by COPY.
    private static func jobs(_ count: Int, mixed: Bool) -> [NewJob] {
        (0..<count).map { (n: Int) -> NewJob in
            var job = NewJob(kind: "test.work", payload: "{\"n\": \(n)}")
            if n % 2 == 1 { job.runAt = begin - .seconds(n) }
            guard mixed else { return job }
            if n % 3 == 0 { job.kind = "test.other" }
            if n % 5 == 0 { job.priority = .urgent }
            job.money = n % 7 == 0
            return job
        }
    }

    @Test(arguments: [(50, false), (50, true), (EnqueueAlike.countMax + 1, false)])
    func `many at once are the same jobs as one by one`(count: Int, mixed: Bool) async throws {
        let jobs = Self.jobs(count, mixed: mixed)
        try await withFleet(1, limits: [.work()]) { fleet, _ in
            let rows: SQL = """
                select string_agg(concat_ws(' ', kind, payload, state, run_at, priority, money, created_at, held), ';'
                                  order by kind, payload)
                from bursar.job
                """
            try await fleet[0].pool.enqueue(contentsOf: jobs, now: Self.begin)
            let bulk = try await fleet[0].pool.value(rows, as: String.self)
            try await fleet[0].expectTalliesToBeCounts()
            try await fleet[0].pool.execute("delete from bursar.job")
            try await fleet[0].pool.execute("delete from bursar.tally")
            try await fleet[0].pool.transaction { transaction in
                for job in jobs { _ = try await transaction.enqueue(job, now: Self.begin) }
            }
            #expect(try await fleet[0].pool.value(rows, as: String.self) == bulk)
            try await fleet[0].expectTalliesToBeCounts()
        }
    }

    @Test(arguments: [50, EnqueueAlike.countMax + 1])
    func `the earliest is told of, so that a daemon that looked further on looks there`(count: Int) async throws {
        try await withFleet(1, limits: [.work()]) { fleet, _ in
            try await fleet[0].enqueue(NewJob(kind: "test.work"))
            #expect(try await fleet[0].store.claim(limit: 10).claims.count == 1)
            let ready = ReadyInTransaction()
            try await ReadyInTransaction.$current.withValue(ready) {
                try await fleet[0].pool.enqueue(contentsOf: Self.jobs(count, mixed: false), now: Self.begin)
            }
            let lastOdd = count % 2 == 0 ? count - 1 : count - 2
            #expect(ready.wakeUps.map(\.runAt).min() == Self.begin - .seconds(lastOdd))
        }
    }

    @Test(arguments: [50, EnqueueAlike.countMax + 1])
    func `one that cannot be read keeps all of them out`(count: Int) async throws {
        try await withFleet(1, limits: [.work()]) { fleet, _ in
            var jobs = Self.jobs(count, mixed: false)
            jobs[count / 2].payload = "{"
            do {
                try await fleet[0].pool.enqueue(contentsOf: jobs, now: Self.begin)
                Issue.record("it was taken")
            } catch let error as PostgresError {
                #expect(error.code != .connectionLost)
            }
            #expect(try await fleet[0].count("select count(*) from bursar.job") == 0)
            try await fleet[0].expectTalliesToBeCounts()
        }
    }
}
