import Jobs
import Logging
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import JobsPostgres

/// Batches from the queue to their receipts: a dispatcher's two lanes on a real database.
@Suite struct BatchDispatchTests {
    private static let jobs = 3_500

    /// Three are special, each in another batch.
    private static func payload(_ number: Int) -> String {
        switch number {
        case 40: #"{"do": "fails"}"#
        case 1_040: #"{"do": "parks"}"#
        case 2_040: #"{"do": "fails once"}"#
        default: "{}"
        }
    }

    @Test func `two lanes that are drained amid their batches lose no job, and do none twice`() async throws {
        try await withFleet(1, limits: [.work(isIdempotent: true)], poolSize: 4) { fleet, _ in
            let engine = fleet[0]
            let book = WorkBook()
            try await engine.pool.enqueue(
                contentsOf: (0..<Self.jobs).map { NewJob(kind: "test.work", payload: Self.payload($0)) },
                now: engine.time.now())
            // The first is stopped amid its work, the second does the rest.
            try await run(engine, book) { try await until { book.count > 1_200 } }
            let done = try await engine.count("select count(*) from bursar.finished_job")
            let left = try await engine.count("select count(*) from bursar.job")
            #expect(done + left == Int64(Self.jobs) && done >= 1_000)
            #expect(try await engine.count("select count(*) from bursar.batch") == 0)
            try await run(engine, book) {
                try await until {
                    try await engine.count("select count(*) from bursar.job where state = 'waiting'") == 0
                }
            }
            let ends = try await engine.pool.value(
                """
                select string_agg(state || ' ' || n, ', ' order by state) from (
                    select state, count(*) as n
                    from (select state from bursar.finished_job union all select state from bursar.job) j
                    group by state) s
                """, as: String.self)
            #expect(ends == "done \(Self.jobs - 2), failed 1, parked 1")
            // Of each batch one lease; the two that came again were done once more.
            #expect(try await engine.count("select count(distinct lease) from bursar.finished_job") >= 4)
            #expect(book.count == Self.jobs + 2)
            #expect(try await engine.count("select count(*) from bursar.batch") == 0)
            try await engine.expectTalliesToBeCounts()
        }
    }

    private func run(
        _ engine: TestEngine, _ book: WorkBook, _ body: @Sendable () async throws -> Void
    ) async throws {
        let definition = JobDefinition<PostgresJobStore>(
            idempotent: "test.work", retry: RetryPolicy(attempts: 2, base: .zero), deadline: .seconds(60)
        ) { Worker(book: book) }
        let dispatcher = Dispatcher(
            store: engine.store, definitions: [definition],
            settings: DispatcherSettings(slots: 2, liveness: TestEngine.liveness, poll: .milliseconds(200)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        engine.store.marks.reset()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            dispatcher.poke()
            try await body()
            await dispatcher.drain(within: .seconds(30))
            try await group.waitForAll()
        }
    }

    /// How often work was done.
    private final class WorkBook: Sendable {
        private let done = Atomic(0)

        var count: Int { done.load(ordering: .relaxed) }

        func note() { done.add(1, ordering: .relaxed) }
    }

    private struct Broken: Error {}

    private actor Worker: IdempotentJob {
        private let book: WorkBook

        init(book: WorkBook) {
            self.book = book
        }

        func run(_ task: BatchedJob) async throws -> BatchedOutcome {
            book.note()
            if task.payload.contains("fails once"), task.failures == 0 { throw Broken() }
            if task.payload.contains(#""fails""#) { throw Broken() }
            return task.payload.contains("parks") ? .park(reason: "which?") : .done
        }
    }
}
