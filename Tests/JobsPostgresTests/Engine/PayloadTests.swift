import Jobs
import Logging
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

@Suite struct PayloadTests {
    private struct Wanted: Decodable {
        let amount: Int
    }

    @Test(arguments: [
        (#"{"amount": "x"}"#, "`amount`"), ("{}", "`amount` is missing"), (#"{"amount": null}"#, "amount"),
    ])
    func `a payload that cannot be read parks the job and says why, whatever its kind`(
        payload: String, word: String
    ) async throws {
        let definitions = [
            Self.fenced("test.plain", money: false, gates: .open), Self.fenced("test.money", money: true, gates: .open),
            Self.fenced("test.gated", money: false, gates: JobGates(concurrency: 1)),
            JobDefinition<PostgresJobStore>(idempotent: "test.bulk", retry: RetryPolicy(), deadline: .seconds(60)) {
                BatchedReader()
            },
        ]
        try await withFleet(1, limits: definitions.map { KindLimits($0) }, poolSize: 4) { fleet, _ in
            let engine = fleet[0]
            let dispatcher = Dispatcher(
                store: engine.store, definitions: definitions,
                settings: DispatcherSettings(slots: 2, liveness: TestEngine.liveness, poll: .milliseconds(200)),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await dispatcher.run() }
                for definition in definitions {
                    try await engine.enqueue(NewJob(kind: definition.kind, payload: payload))
                }
                dispatcher.poke()
                try await until {
                    try await engine.count("select count(*) from bursar.job where park_code = 'payload'") == 4
                }
                await dispatcher.drain(within: .seconds(10))
                try await group.waitForAll()
            }
            let saying = try await engine.count(
                "select count(*) from bursar.job where strpos(error, \(word)) > 0 and failures = 1")
            #expect(saying == 4)
            try await engine.expectTalliesToBeCounts()
        }
    }

    private static func fenced(_ kind: JobKind, money: Bool, gates: JobGates) -> JobDefinition<PostgresJobStore> {
        JobDefinition(kind: kind, money: money, retry: RetryPolicy(), deadline: .seconds(60), gates: gates) { Reader() }
    }

    private actor Reader: Job {
        func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Transaction> {
            _ = try attempt.payload(as: Wanted.self)
            return .done(RunReport(totals: "{}", hasWarnings: false))
        }
    }

    private actor BatchedReader: IdempotentJob {
        func run(_ task: BatchedJob) async throws -> BatchedOutcome {
            _ = try task.payload(as: Wanted.self)
            return .done
        }
    }
}
