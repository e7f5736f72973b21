import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

/// What jobs of an idempotent kind cannot be, whoever enqueues them.
@Suite struct BatchRefusalTests {
    private static let limits = [KindLimits.work(isIdempotent: true)]

    @Test(arguments: [
        (NewJob(kind: "test.work", money: true), "no money may be behind them"),
        (NewJob(kind: "test.work", orderKey: "a"), "they stand in no line"),
        (NewJob(kind: "test.work", limitKey: "a"), "they stand in no line"),
        (
            NewJob(kind: "test.work", uniqueKey: "a", uniqueIn: .waiting),
            "they can only be unique while they are unfinished"
        ),
    ])
    func `a job that a batch could not do right is refused, and the refusal says why`(
        job: NewJob, words: String
    ) async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            let error = await #expect(throws: PostgresError.self) { try await fleet[0].enqueue(job) }
            #expect(error?.code == .checkViolation)
            #expect(error.map { "\($0)" }?.contains("jobs of kind test.work are taken by the batch: \(words)") == true)
            let entered = try await fleet[0].count("select count(*) from bursar.job")
            #expect(entered == 0)
        }
    }

    @Test func `money is refused in bulk too, and nothing of the bulk is there`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            let jobs = [NewJob(kind: "test.work"), NewJob(kind: "test.work", money: true)]
            let error = await #expect(throws: PostgresError.self) {
                try await fleet[0].pool.enqueue(contentsOf: jobs, now: fleet[0].time.now())
            }
            #expect(error?.code == .checkViolation)
            let entered = try await fleet[0].count("select count(*) from bursar.job")
            #expect(entered == 0)
        }
    }

    @Test func `a fenced kind may be all of that`() async throws {
        try await withFleet(1) { fleet, _ in
            try await fleet[0].enqueue(NewJob(kind: "test.work", orderKey: "a", money: true))
            try await fleet[0].pool.enqueue(
                contentsOf: [NewJob(kind: "test.work", money: true)], now: fleet[0].time.now())
            #expect(try await fleet[0].count("select count(*) from bursar.job where money") == 2)
        }
    }
}
