internal import Synchronization

/// A bounded set of connections, lent out in the order in which they were asked for. `run()` must be running: it
/// connects.
///
/// The decisions are `PoolState`'s; this performs them, outside the lock.
package final class PostgresPool: StatementRunner {
    private let address: PostgresAddress
    private let options: ConnectionOptions
    private let shared: Mutex<Shared>
    private let lastWaiter = Atomic<UInt64>(0)
    private let work: AsyncStream<Work>
    private let workSink: AsyncStream<Work>.Continuation
    private let timer = PoolTimer()

    private struct Shared {
        var state: PoolState
        var connections: [PoolState.ConnectionID: PostgresConnection] = [:]
        var waiters: [PoolState.WaiterID: Waiter] = [:]
        /// Why the last attempt to connect failed; nil after one that did not.
        var connectFailure: PostgresError?
        var wasRun = false
        /// When the timer will fire at the latest.
        var armedFor: ContinuousClock.Instant?
    }

    private typealias Outcome = Result<Lent, PostgresError>

    /// asked → sleeping → gone, or asked → served → gone: an answer may come before the task has gone to sleep.
    private enum Waiter {
        case sleeping(UnsafeContinuation<Outcome, Never>)
        case served(Outcome)
    }

    /// A connection in the hands of a task.
    struct Lent: Sendable {
        let id: PoolState.ConnectionID
        let connection: PostgresConnection
    }

    /// What only `run()` can do, since it takes time.
    private enum Work: Sendable {
        case connect(PoolState.ConnectionID)
        case check(PoolState.ConnectionID, PostgresConnection)
    }

    /// An action of the state with what it acts on: performed outside the lock.
    private enum Effect {
        case work(Work)
        case wake(UnsafeContinuation<Outcome, Never>, Outcome)
        case end(PostgresConnection)
        case finish
    }

    package convenience init(
        address: PostgresAddress, size: Int = 8, options: ConnectionOptions = ConnectionOptions()
    ) {
        self.init(address: address, limits: PoolLimits(size: size), options: options)
    }

    package init(address: PostgresAddress, limits: PoolLimits, options: ConnectionOptions = ConnectionOptions()) {
        self.address = address
        self.options = options
        shared = Mutex(Shared(state: PoolState(limits: limits)))
        (work, workSink) = AsyncStream.makeStream()
        timer.start { [weak self] in self?.timerFired() }
    }

    /// A pool that runs while `body` does: for commands and tests.
    package static func withPool<T: Sendable>(
        address: PostgresAddress, size: Int = 8, options: ConnectionOptions = ConnectionOptions(),
        _ body: @Sendable (PostgresPool) async throws -> T
    ) async throws -> T {
        let pool = PostgresPool(address: address, size: size, options: options)
        async let running: Void = pool.run()
        let outcome: Result<T, any Error>
        do { outcome = .success(try await body(pool)) } catch { outcome = .failure(error) }
        pool.shutDown()
        await running
        return try outcome.get()
    }

    // MARK: Life

    /// Connects, checks and reconnects until `shutDown` and the return of what is lent, or the task's cancellation.
    package func run() async {
        decide { shared in
            shared.wasRun = true
            return shared.state.start(now: .now)
        }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await item in work {
                    group.addTask { await self.perform(item) }
                }
            }
        } onCancel: {
            shutDown()
        }
    }

    /// Lends nothing any more; `run()` returns when everything lent has come back. Safe to call twice, from anywhere.
    package func shutDown() {
        decide { $0.state.shutDown() }
    }

    private func perform(_ item: Work) async {
        switch item {
        case .connect(let id): await connect(id)
        case .check(let id, let connection):
            let isAlive = await connection.answers()
            decide { $0.state.checked(id, isAlive: isAlive, now: .now) }
        }
    }

    private func connect(_ id: PoolState.ConnectionID) async {
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(to: address, options: options)
            decide { shared in
                shared.connections[id] = connection
                shared.connectFailure = nil
                return shared.state.connected(id, now: .now)
            }
        } catch {
            decide { shared in
                shared.connectFailure = error
                let isFinal = error.code == .authenticationFailed
                return shared.state.connectFailed(id, isFinal: isFinal, jitter: .random(in: 0...1), now: .now)
            }
        }
    }

    // MARK: Lending

    /// How many tasks wait for a connection.
    package var waiterCount: Int { shared.withLock { $0.state.waiterCount } }

    /// Lends a connection to `body`. It comes back when `body` ends, whatever the outcome.
    package func withConnection<T: Sendable>(
        _ body: @Sendable (PostgresConnection) async throws -> T
    ) async throws -> T {
        let lent = try await lease()
        defer { release(lent) }
        return try await body(lent.connection)
    }

    func lease() async throws(PostgresError) -> Lent {
        while true {  // Ends: each turn takes one connection that is gone out of the pool, or waits its turn.
            let waiter = lastWaiter.add(1, ordering: .relaxed).newValue
            var ready: (lent: Lent, needsLook: Bool)?
            var refusal: PostgresError?
            decide { shared in
                switch shared.state.lease(for: waiter, now: .now) {
                case .lent(let id, let needsLook):
                    ready = shared.connections[id].map { (Lent(id: id, connection: $0), needsLook) }
                    return []
                case .refused(let reason):
                    refusal = Self.error(reason, shared)
                    return []
                case .wait(let actions): return actions
                }
            }
            if let refusal { throw refusal }
            guard let ready else { return try await wait(waiter) }
            if !ready.lent.connection.isClosed {
                guard ready.needsLook else { return ready.lent }
                if await ready.lent.connection.looksOpen() { return ready.lent }
            }
            release(ready.lent)
        }
    }

    func release(_ lent: Lent) {
        let connection = lent.connection
        decide {
            $0.state.release(
                lent.id, isClosed: connection.isClosed, fellSilent: connection.fellSilent, now: .now)
        }
    }

    private func wait(_ waiter: PoolState.WaiterID) async throws(PostgresError) -> Lent {
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Outcome, Never>) in
                let served = shared.withLock { shared -> Outcome? in
                    if case .served(let outcome) = shared.waiters.removeValue(forKey: waiter) { return outcome }
                    shared.waiters[waiter] = .sleeping(continuation)
                    return nil
                }
                if let served { continuation.resume(returning: served) }
                // The handler may have run before there was somebody to wake.
                if Task.isCancelled { abandon(waiter) }
            }
        } onCancel: {
            abandon(waiter)
        }
        return try outcome.get()
    }

    private func abandon(_ waiter: PoolState.WaiterID) {
        let sleeper = shared.withLock { shared -> UnsafeContinuation<Outcome, Never>? in
            guard case .sleeping(let continuation) = shared.waiters[waiter], shared.state.abandon(waiter) else {
                return nil
            }
            shared.waiters[waiter] = nil
            return continuation
        }
        let error = PostgresError(.cancelled, "the task was cancelled while it waited for a connection")
        sleeper?.resume(returning: .failure(error))
    }

    // MARK: Deciding and performing

    private func timerFired() {
        decide { shared in
            shared.armedFor = nil
            return shared.state.tick(now: .now)
        }
    }

    /// Has the state decide under the lock, then performs what it decided.
    private func decide(_ decision: (inout Shared) -> [PoolState.Action]) {
        let (effects, wake) = shared.withLock { shared in
            let effects = decision(&shared).compactMap { Self.effect(of: $0, &shared) }
            return (effects, Self.newWake(&shared))
        }
        if let wake { timer.arm(for: wake) }
        for effect in effects {
            switch effect {
            case .work(let item): workSink.yield(item)
            case .wake(let continuation, let outcome): continuation.resume(returning: outcome)
            case .end(let connection): connection.endSoon()
            case .finish: workSink.finish()
            }
        }
    }

    private static func effect(of action: PoolState.Action, _ shared: inout Shared) -> Effect? {
        switch action {
        case .connect(let id): return .work(.connect(id))
        case .check(let id): return shared.connections[id].map { .work(.check(id, $0)) }
        case .close(let id): return shared.connections.removeValue(forKey: id).map { .end($0) }
        case .finish: return .finish
        case .refuse(let waiter, let reason): return serve(waiter, .failure(error(reason, shared)), &shared)
        case .lend(let id, let waiter):
            guard let connection = shared.connections[id] else { preconditionFailure("what is lent is in the pool") }
            return serve(waiter, .success(Lent(id: id, connection: connection)), &shared)
        }
    }

    private static func serve(_ waiter: PoolState.WaiterID, _ outcome: Outcome, _ shared: inout Shared) -> Effect? {
        if case .sleeping(let continuation) = shared.waiters.removeValue(forKey: waiter) {
            return .wake(continuation, outcome)
        }
        shared.waiters[waiter] = .served(outcome)
        return nil
    }

    /// The instant to arm the timer for, when it must fire earlier than it would.
    private static func newWake(_ shared: inout Shared) -> ContinuousClock.Instant? {
        guard let next = shared.state.nextWake else { return nil }
        if let armed = shared.armedFor, armed <= next { return nil }
        shared.armedFor = next
        return next
    }

    private static func error(_ refusal: PoolState.Refusal, _ shared: Shared) -> PostgresError {
        switch refusal {
        case .shutDown: return PostgresError(.poolUnavailable, "the pool is shut down")
        case .tooManyWaiters:
            return PostgresError(
                .poolUnavailable, "\(shared.state.waiterCount) tasks wait for a connection already",
                hint: "take on less work at a time, or make the pool larger")
        case .timeout, .connectFailed:
            if let failure = shared.connectFailure { return failure }
            let limits = shared.state.limits
            return PostgresError(
                .timeout, "no connection became free within \(limits.leaseTimeout)",
                hint: shared.wasRun
                    ? "hold connections for less long, or make the pool larger than \(limits.size)"
                    : "the pool does not run: start its run()")
        }
    }
}
