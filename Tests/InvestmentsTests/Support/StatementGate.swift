import Dispatch
import Jobs
import Postgres
import Synchronization
import TestSupport

/// Holds one statement of a pool's connections back until a test lets it go: what the test does meanwhile happens at
/// that very point of a run.
final class StatementGate: StatementObserver {
    private let name: String
    private let left: Mutex<Int>
    private let opened = DispatchSemaphore(value: 0)
    /// One event when the statement is held back, or when somebody gives up waiting for it.
    let reached = EventProbe<Bool>()

    /// - Parameter time: 1 is the first statement of that name.
    init(before name: String, time: Int = 1) {
        self.name = name
        left = Mutex(time)
    }

    func willRun(_ statement: String) throws(PostgresError) {
        guard statement == name else { return }
        let isHeld = left.withLock { left in
            left -= 1
            return left == 0
        }
        guard isHeld else { return }
        reached.record(true)
        // Blocks the connection's own queue, and no thread that others wait for.
        opened.wait()
    }

    func didRun(_ statement: String, took: Duration, failure: PostgresError?) {}

    func open() {
        opened.signal()
    }
}

extension InvestmentsEngine {
    /// A run in which `body` happens right before one of its statements.
    func value(
        _ mode: String, over address: PostgresAddress, before statement: String, time: Int = 1,
        _ body: @Sendable () async throws -> Void
    ) async throws -> ValuedRun {
        let claim = try await claim("{\"mode\":\"\(mode)\"}")
        let gate = StatementGate(before: statement, time: time)
        let options = ConnectionOptions(observer: gate)
        return try await PostgresPool.withPool(address: address, size: 2, options: options) { pool in
            async let run = performed(claim, over: pool, behind: gate)
            defer { gate.open() }
            guard try await gate.reached.next() else {
                throw Unexpected(description: "the run came to its end without \(statement) number \(time)")
            }
            try await body()
            gate.open()
            return try await run
        }
    }

    private func performed(
        _ claim: Claim, over pool: PostgresPool, behind gate: StatementGate
    ) async throws -> ValuedRun {
        defer { gate.reached.record(false) }
        return try await over(pool).perform(claim)
    }
}
