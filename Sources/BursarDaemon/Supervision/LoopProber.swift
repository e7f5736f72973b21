import Jobs
import JobsPostgres
import Primitives

/// Asks the parts that may rest for a sign of life, so that one that rests is told from one that hangs.
struct LoopProber: Sendable {
    private let dispatcher: Dispatcher<PostgresJobStore>
    private let pool: LoopProgress

    private static let pause = Duration.seconds(3)
    private static let limit = Duration.seconds(10)

    init(dispatcher: Dispatcher<PostgresJobStore>, ledger: ProgressLedger) {
        self.dispatcher = dispatcher
        pool = ledger.enter("thread pool", limit: Self.limit)
    }

    /// Runs until cancelled. Each asks in a task of its own: one that hangs keeps nobody from asking the others.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await Self.every(Self.pause) { pool.advance() } }
            group.addTask { await Self.every(Self.pause) { await dispatcher.probe() } }
        }
        pool.leave()
    }

    private static func every(_ pause: Duration, _ ask: () async -> Void) async {
        while !Task.isCancelled {
            await ask()
            try? await ContinuousClock().sleep(for: pause)
        }
    }
}
