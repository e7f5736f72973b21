import DaemonTestSupport
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import Testing

/// Work that moves money, ordered by a customer and done by daemons, with a book in which every movement is a line of
/// its own: a movement that is made twice is in it twice.
enum Bank {
    static let kind: JobKind = "test.transfer"
    static let accounts = 8
    /// Steps with effects; the last one comes with the completion.
    static let steps = 3

    static let schema = """
        create schema bank;
        create table bank.account (id integer primary key, balance bigint not null);
        insert into bank.account select n, 0 from generate_series(0, \(accounts - 1)) n;
        -- Nothing here is unique, on purpose.
        create table bank.movement (job bigint not null, step integer not null, account integer not null,
            amount bigint not null, made_at timestamptz not null default clock_timestamp());
        create index movement_made on bank.movement (made_at);
        create table bank.ordered (number bigint primary key, job bigint);
        """

    /// What a transfer posts in a step: takes from one account, gives to the next.
    static func post(_ step: Int, of job: Int64, in transaction: Transaction) async throws {
        let from = Int32((Int(job) + step) % accounts)
        let to = (from + 1) % Int32(accounts)
        let amount = 100 + job % 7
        // In the order of the accounts: transfers wait for each other and never in a ring.
        for (account, sum) in [(from, -amount), (to, amount)].sorted(by: { $0.0 < $1.0 }) {
            try await transaction.execute(
                "update bank.account set balance = balance + \(sum) where id = \(account)")
            try await transaction.execute(
                """
                insert into bank.movement (job, step, account, amount)
                values (\(job), \(Int32(step)), \(account), \(sum))
                """)
        }
    }

    /// The kind, with a pause before each step so that faults find it at work.
    static func definition(pause: Duration, deadline: Duration = .seconds(600)) -> JobDefinition<PostgresJobStore> {
        JobDefinition(
            kind: kind, money: true,
            retry: RetryPolicy(attempts: 3, base: .milliseconds(50), factor: 2, cap: .seconds(1)), deadline: deadline
        ) { Transfer(pause: pause) }
    }
}

/// Three movements; a checkpoint after each tells where to go on.
private actor Transfer: Job {
    private let pause: Duration

    init(pause: Duration) {
        self.pause = pause
    }

    func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
        let job = attempt.claim.job
        let done = attempt.claim.checkpoint.flatMap { Int($0) } ?? 0
        for step in done..<(Bank.steps - 1) {
            try await ContinuousClock().sleep(for: pause)
            try await attempt.step(checkpoint: "\(step + 1)") { try await Bank.post(step, of: job, in: $0) }
        }
        try await ContinuousClock().sleep(for: pause)
        return .done(RunReport(totals: "{}", hasWarnings: false)) {
            try await Bank.post(Bank.steps - 1, of: job, in: $0)
        }
    }
}

extension FaultCluster {
    /// Orders `count` transfers, whatever happens to the server meanwhile, each once.
    func order(_ count: Int, pause: Duration = .zero) async throws {
        try await order(numbers: 0..<count, pause: pause)
    }

    func order(numbers: some Sequence<Int>, pause: Duration = .zero) async throws {
        for number in numbers.lazy.map(Int64.init) {
            try await insistently {
                try await session { connection in
                    try await connection.transaction { transaction in
                        let isNew = try await transaction.execute(
                            "insert into bank.ordered (number) values (\(number)) on conflict do nothing")
                        guard isNew == 1 else { return }
                        let job = try await transaction.enqueue(NewJob(kind: Bank.kind, money: true))
                        try await transaction.execute(
                            "update bank.ordered set job = \(job) where number = \(number)")
                    }
                }
            }
            if pause > .zero { try await ContinuousClock().sleep(for: pause) }
        }
    }

    /// Orders one transfer after the other as long as `body` runs; returns how many.
    func whileOrdering(pause: Duration = .milliseconds(10), _ body: () async throws -> Void) async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var number = 0
                while !Task.isCancelled {  // Ends: with the body.
                    do {
                        try await self.order(numbers: CollectionOfOne(number), pause: pause)
                    } catch {
                        if Task.isCancelled { return }
                        throw error
                    }
                    number += 1
                }
            }
            defer { group.cancelAll() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
        return try await insistently { try await count("select count(*) from bank.ordered") }
    }

    /// Does it again while the server is away.
    func insistently<T>(_ body: () async throws -> T) async throws -> T {
        while true {  // Ends: with the task, or with the server's return.
            do {
                return try await body()
            } catch let error as PostgresError
                where error.isUnavailability || error.isTransient || error.code == .server
            {
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
        }
    }

    func count(_ sql: SQL) async throws -> Int {
        Int(try await ask(sql, as: Int64.self))
    }

    /// Returns once a movement was made after this call, with how long that took since `begin`.
    func untilWorkGoesOn(since begin: ContinuousClock.Instant) async throws -> Duration {
        let mark: Instant = try await insistently { try await ask("select clock_timestamp()") }
        try await until("work goes on") {
            try await insistently {
                try await ask("select exists (select from bank.movement where made_at > \(mark))", as: Bool.self)
            }
        }
        return ContinuousClock.now - begin
    }

    /// Returns once every transfer that was ordered has ended.
    func untilAllIsDone(_ count: Int) async throws {
        try await until("\(count) transfers are done; \(lastWords)") {
            try await insistently {
                try await self.count(
                    """
                    select count(*) from bank.ordered o join bursar.finished_job f on f.id = o.job and f.state = 'done'
                    """) == count
            }
        }
    }
}

/// What the book says in the end.
struct Balance: Sendable {
    /// Movements that were made more than once.
    let double: Int
    /// Movements of ordered transfers that are missing.
    let lost: Int
    /// Jobs that wait for a person, or failed: an outage is nobody's failure.
    let stranded: Int
    /// What the accounts hold together, and differ by from their movements.
    let total: Int
    let discrepancy: Int
    /// The attempts that it took beyond one each.
    let again: Int
    /// Those that counted as failures.
    let failures: Int

    init(of cluster: FaultCluster) async throws {
        let steps = Int64(Bank.steps)
        double = try await cluster.count(
            """
            select coalesce(sum(n - 1), 0)::int8
            from (select count(*) n from bank.movement group by job, step, account) m
            """)
        lost = try await cluster.count(
            """
            select (select count(*) from bank.ordered) * \(steps) * 2
                 - (select count(*) from (select distinct job, step, account from bank.movement) m)
            """)
        stranded = try await cluster.count(
            """
            select (select count(*) from bursar.job where state = 'parked')
                 + (select count(*) from bursar.finished_job where state <> 'done')
            """)
        total = try await cluster.count("select sum(balance)::int8 from bank.account")
        discrepancy = try await cluster.count(
            """
            select sum(abs(a.balance - coalesce(m.sum, 0)))::int8 from bank.account a
            left join (select account, sum(amount) from bank.movement group by account) m on m.account = a.id
            """)
        again = try await cluster.count("select sum(attempt - 1)::int8 from bursar.finished_job")
        failures = try await cluster.count("select sum(failures)::int8 from bursar.finished_job")
    }

    /// Fails the test when the book does not balance.
    func expectBalanced(_ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation) {
        #expect(double == 0, comment, sourceLocation: location)
        #expect(lost == 0, comment, sourceLocation: location)
        #expect(stranded == 0, comment, sourceLocation: location)
        #expect(total == 0, comment, sourceLocation: location)
        #expect(discrepancy == 0, comment, sourceLocation: location)
    }
}
