import DatabaseTestSupport
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@Suite struct JobOperationsTests {
    @Test func `a parked job waits again with its run open, and can end well`() async throws {
        try await withEngine { engine, _ in
            let job = try await start(engine)
            let claim = try await claimed(engine)
            #expect(try await engine.store.park(claim, because: .exhausted, reason: "no"))
            #expect(try await engine.jobs.retry(job, by: .by()) == .waiting)
            #expect(try await engine.count("select count(*) from bursar.run where outcome is null") == 1)
            let again = try await claimed(engine)
            #expect(again.job == job && again.failures == 0 && again.attempt == 2)
            try await engine.store.finish(again, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
            #expect(try await engine.pool.value("select outcome from bursar.run", as: String.self) == "success")
            #expect(try await engine.audited("job.retry") == ["job \(job)"])
        }
    }

    @Test func `a failed job is tried again once, as a run by hand that names it`() async throws {
        try await withEngine { engine, _ in
            let job = try await start(engine, payload: #"{"mode":"full"}"#, orderKey: "k")
            #expect(try await engine.store.fail(try await claimed(engine), error: "no"))
            guard case .again(let successor, let execution) = try await engine.jobs.retry(job, by: .by()) else {
                Issue.record("no new job")
                return
            }
            let claim = try await claimed(engine)
            #expect(claim.job == successor && claim.execution == execution && claim.payload == #"{"mode": "full"}"#)
            var row = try #require(
                try await engine.pool.first("select trigger, source from bursar.run where job_id = \(successor)"))
            #expect(try row.next(String.self) == "manual")
            #expect(try row.next(String.self) == "operator alice: retry of job \(job)")
            let order = try await engine.pool.value(
                "select order_key from bursar.job where id = \(successor)", as: String.self)
            #expect(order == "k")
            let second = await refused(.conflict) { _ = try await engine.jobs.retry(job, by: .by()) }
            #expect(second?.detail.contains("job \(successor)") == true)
        }
    }

    @Test func `two operators who retry at once start one job`() async throws {
        try await withEngine { engine, _ in
            for round in 1...5 {
                let job = try await start(engine)
                #expect(try await engine.store.fail(try await claimed(engine), error: "no"))
                let outcomes = await withTaskGroup(of: Bool.self) { group in
                    for name in ["alice", "bob", "carol"] {
                        group.addTask { (try? await engine.jobs.retry(job, by: .by(name))) != nil }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.filter(\.self).count == 1)
                #expect(try await engine.count("select count(*) from bursar.job") == 1)
                try await engine.pool.execute("delete from bursar.job")
                #expect(try await engine.audited("job.retry").count == round)
            }
        }
    }

    @Test func `what neither waits for a person nor has failed is not tried again`() async throws {
        try await withEngine { engine, _ in
            let job = try await start(engine)
            let waiting = await refused(.conflict) { _ = try await engine.jobs.retry(job, by: .by()) }
            #expect(waiting?.detail.contains("is waiting") == true)
            let claim = try await claimed(engine)
            let running = await refused(.conflict) { _ = try await engine.jobs.retry(job, by: .by()) }
            #expect(running?.detail.contains("is running") == true)
            try await engine.store.finish(claim, report: RunReport(totals: "{}", hasWarnings: false)) { _ in }
            let done = await refused(.conflict) { _ = try await engine.jobs.retry(job, by: .by()) }
            #expect(done?.detail.contains("is done") == true)
            await refused(.notFound) { _ = try await engine.jobs.retry(job + 1_000, by: .by()) }
        }
    }

    @Test
    func `a waiting or parked job that nobody wants ends cancelled, and the next of its key goes on`() async throws {
        try await withEngine { engine, _ in
            let first = try await start(engine, orderKey: "k")
            let second = try await start(engine, orderKey: "k")
            let third = try await start(engine, orderKey: "k")
            #expect(try await engine.store.park(try await claimed(engine), because: .refused, reason: "no"))
            #expect(try await engine.jobs.cancel(first, by: .by(because: "a mistake")) == .cancelled)
            #expect(try await engine.jobs.cancel(second, by: .by()) == .cancelled)
            #expect(try await engine.jobs.cancel(second, by: .by()) == .unchanged)
            #expect(try await claimed(engine).job == third)
            var row = try #require(
                try await engine.pool.first(
                    """
                    select f.state, f.error, r.outcome, r.error
                    from bursar.finished_job f join bursar.run r on r.job_id = f.id where f.id = \(first)
                    """))
            #expect(try row.next(String.self) == "cancelled")
            #expect(try row.next(String.self) == "cancelled by alice: a mistake")
            #expect(try row.next(String.self) == "cancelled")
            #expect(try row.next(String.self) == "cancelled by alice: a mistake")
            #expect(try await engine.audited("job.cancel").count == 2)
        }
    }

    @Test func `a running attempt is told at once, and its job ends cancelled`() async throws {
        try await withEngine { engine, _ in
            let probe = EventProbe<String>()
            let dispatcher = dispatcher(engine) { attempt in
                probe.record("begun")
                try await ContinuousClock().sleep(for: .seconds(3_600))
                return .done(RunReport(totals: "{}", hasWarnings: false))
            }
            try await listening(dispatcher, engine) {
                let job = try await start(engine)
                dispatcher.poke()
                #expect(try await probe.next() == "begun")
                #expect(try await engine.jobs.cancel(job, by: .by(because: "wrong class")) == .requested)
                #expect(try await engine.jobs.cancel(job, by: .by()) != .requested)
                try await ended(job, engine)
            }
            let error = try await engine.pool.value("select error from bursar.finished_job", as: String.self)
            #expect(error == "cancelled by alice: wrong class")
            #expect(try await engine.pool.value("select outcome from bursar.run", as: String.self) == "cancelled")
            #expect(try await engine.audited("job.cancel").count == 1)
        }
    }

    @Test func `a cancellation while the job finishes leaves it done or cancelled, never both`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.execute("create table effect (job int8)")
            for _ in 0..<15 {
                let job = try await start(engine)
                let claim = try await claimed(engine)
                async let finishing: Void = engine.store.finish(
                    claim, report: RunReport(totals: "{}", hasWarnings: false)
                ) { try await $0.execute("insert into effect values (\(job))") }
                let answer = try? await engine.jobs.cancel(job, by: .by())
                try await finishing
                #expect(answer == nil || answer == .requested)
                let state = try await engine.pool.value(
                    "select state from bursar.finished_job where id = \(job)", as: String.self)
                #expect(state == "done")
            }
            #expect(try await engine.count("select count(*) from effect") == 15)
        }
    }

    @Test func `an attempt that ends short of done after it was unwanted is never tried again`() async throws {
        try await withEngine { engine, _ in
            let job = try await start(engine)
            let claim = try await claimed(engine)
            #expect(try await engine.jobs.cancel(job, by: .by()) == .requested)
            #expect(try await engine.store.postpone(claim, until: .after(.zero), failure: "no"))
            #expect(try await engine.store.claim(limit: 1).claims.isEmpty)
            await refused(.conflict) { _ = try await engine.jobs.retry(job, by: .by()) }
            _ = try await engine.store.reap()
            #expect(
                try await engine.pool.value("select state from bursar.finished_job", as: String.self) == "cancelled")
            #expect(try await engine.pool.value("select outcome from bursar.run", as: String.self) == "cancelled")
        }
    }

    @Test(arguments: [true, false])
    func `an attempt that parks or fails after it was unwanted ends cancelled, and holds no schedule`(
        _ parks: Bool
    ) async throws {
        try await withEngine { engine, _ in
            try await engine.apply(try .sample("daily"))
            try await engine.pool.execute("update bursar.schedule set pause_on_failure = true")
            let job = try await start(engine, schedule: try await engine.count("select id from bursar.schedule"))
            let claim = try await claimed(engine)
            #expect(try await engine.jobs.cancel(job, by: .by(because: "a mistake")) == .requested)
            if parks {
                #expect(try await engine.store.park(claim, because: .exhausted, reason: "no"))
            } else {
                #expect(try await engine.store.fail(claim, error: "no"))
            }
            var row = try #require(
                try await engine.pool.first(
                    """
                    select f.state, f.error, f.lease, r.outcome, r.error, s.paused_at is null
                    from bursar.finished_job f join bursar.run r on r.job_id = f.id
                    join bursar.schedule s on s.id = r.schedule_id
                    """))
            #expect(try row.next(String.self) == "cancelled")
            #expect(try row.next(String.self) == "cancelled by alice: a mistake")
            #expect(try row.next(Int64.self) == claim.lease)
            #expect(try row.next(String.self) == "cancelled")
            #expect(try row.next(String.self) == "cancelled by alice: a mistake")
            #expect(try row.next(Bool.self))
            #expect(try await engine.count("select count(*) from bursar.job") == 0)
        }
    }

    @Test func `a job of money wants a reason`() async throws {
        try await withEngine { engine, _ in
            let job = try await start(engine, money: true)
            await refused(.invalid) { _ = try await engine.jobs.cancel(job, by: .by()) }
            #expect(try await engine.store.park(try await claimed(engine), because: .asked, reason: "look"))
            await refused(.invalid) { _ = try await engine.jobs.retry(job, by: .by()) }
            #expect(try await engine.jobs.retry(job, by: .by(because: "looked")) == .waiting)
        }
    }

    private func start(
        _ engine: TestEngine, payload: String = "{}", orderKey: String? = nil, money: Bool = false,
        schedule: Int64? = nil
    ) async throws -> Int64 {
        try await engine.pool.enqueue(
            NewJob(
                kind: "test.work", payload: payload, orderKey: orderKey, money: money,
                run: NewRun(
                    execution: .make(at: engine.time.now()), trigger: .manual, source: "test", schedule: schedule)),
            now: engine.time.now())
    }

    private func claimed(_ engine: TestEngine) async throws -> Claim {
        // Nobody listens here to what operators' transactions notify.
        engine.store.marks.reset()
        return try #require(try await engine.store.claim(limit: 1).claims.first)
    }

    private func dispatcher(
        _ engine: TestEngine,
        _ body: @escaping @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>
    ) -> Dispatcher<PostgresJobStore> {
        Dispatcher(
            store: engine.store,
            definitions: [
                JobDefinition(kind: "test.work", money: false, retry: RetryPolicy(), deadline: .seconds(3_600)) {
                    ClosureJob(body: body)
                }
            ],
            settings: DispatcherSettings(liveness: Liveness(lease: .seconds(3_600), beat: .seconds(600))),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs a dispatcher that hears what the database says, and whose beat is far away.
    private func listening(
        _ dispatcher: Dispatcher<PostgresJobStore>, _ engine: TestEngine, _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            group.addTask {
                await engine.session.listen { channel in
                    if channel == .cancel { dispatcher.lookForCancellations() }
                }
            }
            try await body()
            await dispatcher.drain(within: .zero)
            group.cancelAll()
        }
    }

    private func ended(_ job: Int64, _ engine: TestEngine) async throws {
        while try await engine.count("select count(*) from bursar.finished_job where id = \(job)") == 0 {
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
    }
}

/// A job whose work is a closure of the test.
private actor ClosureJob: Job {
    private let body: @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>

    init(body: @escaping @Sendable (Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction>) {
        self.body = body
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        try await body(attempt)
    }
}
