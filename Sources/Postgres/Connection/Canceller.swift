internal import CLibPQ
internal import Dispatch
internal import Synchronization

/// Asks the server to stop what a session is doing, from any thread, and lets the session know when the request is
/// through.
///
/// A request names the session, never the statement: one that arrives late would stop the next statement. So the
/// session asks `finish` after each exchange, and waits while a request is under way.
///
/// `@unchecked Sendable`: a PGcancel is made for use from other threads (libpq, "Canceling Queries in Progress"),
/// never changes, and is freed when nobody refers to this any more; everything else is behind the mutex.
final class Canceller: @unchecked Sendable {
    enum Request {
        /// libpq's own: a second, plain connection with the session's key.
        case plain
        /// `pg_cancel_backend` over a second session, for sessions under TLS: libpq 15 sends its own in the clear.
        case session(PostgresAddress, backendPID: Int32)
    }

    private struct State {
        var exchange: UInt64 = 0
        var isRunning = false
        var wasCancelled = false
        var isRequestUnderWay = false
        var onThrough: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let handle: OpaquePointer?
    private let request: Request

    /// Blocking calls: a thread each, never one of the cooperative pool.
    private static let queue = DispatchQueue(label: "bursar.postgres.cancel", attributes: .concurrent)

    init(connection: OpaquePointer, request: Request) {
        handle = PQgetCancel(connection)
        self.request = request
    }

    deinit { PQfreeCancel(handle) }

    /// Begins an exchange that may be cancelled, and returns its number.
    func begin() -> UInt64 {
        state.withLock { state in
            state.exchange += 1
            state.isRunning = true
            state.wasCancelled = false
            return state.exchange
        }
    }

    /// Asks the server to stop `exchange`, unless it has ended. From any thread; returns at once.
    func cancel(_ exchange: UInt64) -> Bool {
        let isDue = state.withLock { state in
            guard state.isRunning, state.exchange == exchange, !state.wasCancelled else { return false }
            state.wasCancelled = true
            state.isRequestUnderWay = true
            return true
        }
        guard isDue else { return false }
        Self.queue.async {
            self.perform()
            let callback = self.state.withLock { state in
                state.isRequestUnderWay = false
                defer { state.onThrough = nil }
                return state.onThrough
            }
            callback?()
        }
        return true
    }

    /// Asks the server to stop the exchange under way.
    func cancelPresent() {
        _ = cancel(state.withLock { $0.exchange })
    }

    /// Ends the exchange. True when a request is still under way: then `onThrough` is called once, from another thread.
    func finish(onThrough: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            state.isRunning = false
            if state.isRequestUnderWay { state.onThrough = onThrough }
            return state.isRequestUnderWay
        }
    }

    /// Whether the present or last exchange was asked to stop.
    var wasCancelled: Bool { state.withLock { $0.wasCancelled } }

    private func perform() {
        switch request {
        case .plain:
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &message, Int32(message.count))
        case .session(let address, let pid):
            BlockingSession.execute("SELECT pg_cancel_backend(\(pid))", at: address)
        }
    }
}
