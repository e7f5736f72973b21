import Effects
import Jobs
import JobsPostgres
import Postgres

/// Every kind that the worker knows.
struct CrashKinds {
    let pool: PostgresPool
    let intents: Intents
    let company: SocketCompany
    /// The hard deadline of each.
    let deadline: Duration

    static let all: [JobKind] = [
        "crash.transfer", "crash.steps", "crash.flaky", "crash.doomed", "crash.snooze", "crash.ask", "crash.ordered",
        "crash.tick", "crash.gated", "crash.mark", "crash.pay",
    ]

    var definitions: [JobDefinition<PostgresJobStore>] {
        [
            money("crash.transfer") { MoveMoney() },
            money("crash.steps") { MoveInSteps() },
            money("crash.flaky") { FailTwice() },
            money("crash.snooze") { SleepOnIt() },
            money("crash.ask") { AskForPerson() },
            money("crash.ordered") { MoveInOrder() },
            money("crash.tick") { MoveEachTick() },
            money("crash.gated", gates: Self.gates) { MoveMoney() },
            money("crash.pay") { [intents, company] in PayOutside(intents: intents, company: company) },
            JobDefinition(kind: "crash.doomed", money: false, retry: Self.soon(2), deadline: deadline) {
                FailForGood()
            },
            JobDefinition(idempotent: "crash.mark", retry: Self.soon(5), deadline: deadline) { [pool] in
                LeaveMark(pool: pool)
            },
        ]
    }

    private func money(
        _ kind: JobKind, gates: JobGates = .open, make: @escaping @Sendable () -> any Job<PostgresJobStore>
    ) -> JobDefinition<PostgresJobStore> {
        JobDefinition(kind: kind, money: true, retry: Self.soon(5), deadline: deadline, gates: gates, make: make)
    }

    private static func soon(_ attempts: Int) -> RetryPolicy {
        RetryPolicy(attempts: attempts, base: .milliseconds(20), factor: 1, jitter: 0)
    }

    /// Two at once, one of a key, and something that counts whoever passes.
    private static let gates = JobGates(
        concurrency: 2, perKey: 1, bucket: TokenBucket("crash", capacity: 100, interval: .milliseconds(10)),
        breaker: CircuitBreaker("crash", rest: .milliseconds(50)))
}

/// What the kinds that fail, fail with.
struct Boom: Error {}
