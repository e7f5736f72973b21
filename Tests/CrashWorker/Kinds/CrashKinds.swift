import Jobs
import JobsPostgres
import Postgres

/// Every kind that the worker knows.
enum CrashKinds {
    static func definitions(deadline: Duration, pool: PostgresPool) -> [JobDefinition<PostgresJobStore>] {
        let soon = RetryPolicy(attempts: 5, base: .milliseconds(20), factor: 1, jitter: 0)
        let twice = RetryPolicy(attempts: 2, base: .milliseconds(20), factor: 1, jitter: 0)
        return [
            JobDefinition(kind: "crash.transfer", money: true, retry: soon, deadline: deadline) { MoveMoney() },
            JobDefinition(kind: "crash.steps", money: true, retry: soon, deadline: deadline) { MoveInSteps() },
            JobDefinition(kind: "crash.flaky", money: true, retry: soon, deadline: deadline) { FailTwice() },
            JobDefinition(kind: "crash.doomed", money: false, retry: twice, deadline: deadline) { FailForGood() },
            JobDefinition(kind: "crash.snooze", money: true, retry: soon, deadline: deadline) { SleepOnIt() },
            JobDefinition(kind: "crash.ask", money: true, retry: soon, deadline: deadline) { AskForPerson() },
            JobDefinition(kind: "crash.ordered", money: true, retry: soon, deadline: deadline) { MoveInOrder() },
            JobDefinition(kind: "crash.tick", money: true, retry: soon, deadline: deadline) { MoveEachTick() },
            JobDefinition(kind: "crash.gated", money: true, retry: soon, deadline: deadline, gates: gates) {
                MoveMoney()
            },
            JobDefinition(idempotent: "crash.mark", retry: soon, deadline: deadline) { LeaveMark(pool: pool) },
        ]
    }

    /// Two at once, one of a key, and something that counts whoever passes.
    private static let gates = JobGates(
        concurrency: 2, perKey: 1, bucket: TokenBucket("crash", capacity: 100, interval: .milliseconds(10)),
        breaker: CircuitBreaker("crash", rest: .milliseconds(50)))
}

/// What the kinds that fail, fail with.
struct Boom: Error {}
