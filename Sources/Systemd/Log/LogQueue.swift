import Dispatch
import Glibc
import Logging
import Primitives
import Synchronization

/// Lines between those who log and the one thread that writes: in order, bounded, and never in anybody's way.
///
/// A plain thread, since it has to write most urgently when all pools are exhausted. It ends once the queue is closed
/// and empty.
final class LogQueue: Sendable {
    private struct State {
        var records: [LogRecord] = []
        var dropped = 0
        /// Those who wait until all that came before them is written.
        var flushes: [DispatchSemaphore] = []
        var isClosed = false

        var isIdle: Bool { records.isEmpty && flushes.isEmpty && !isClosed }
    }

    private static let flushMax: Duration = .seconds(3_600)

    /// How many lines below warning may wait.
    private let capacity: Int
    private let state = Mutex(State())
    /// Signalled when an idle queue gets something to do.
    private let work = DispatchSemaphore(value: 0)
    private let write: @Sendable ([LogRecord]) -> Void
    private let dropReport: @Sendable (Int) -> LogRecord

    /// - Parameters:
    ///   - dropReport: The line that says how many were dropped.
    ///   - write: Writes lines; called on the thread alone, and may take as long as it takes.
    init(
        capacity: Int, dropReport: @escaping @Sendable (Int) -> LogRecord,
        write: @escaping @Sendable ([LogRecord]) -> Void
    ) {
        precondition(capacity > 0, "a log without room for a line logs nothing")
        self.capacity = capacity
        self.dropReport = dropReport
        self.write = write
        startThread()
    }

    /// Adds a line, or drops it if too many wait; a warning or worse always gets in.
    func enqueue(_ record: LogRecord) {
        let wasIdle = state.withLock { state in
            guard state.records.count < capacity || record.level >= .warning else {
                state.dropped += 1
                return false
            }
            let wasIdle = state.isIdle
            state.records.append(record)
            return wasIdle
        }
        if wasIdle { work.signal() }
    }

    /// Waits until all lines so far are written; false if that takes longer than `limit`.
    func flush(within limit: Duration) -> Bool {
        let written = DispatchSemaphore(value: 0)
        let wasIdle = state.withLock { state in
            let wasIdle = state.isIdle
            state.flushes.append(written)
            return wasIdle
        }
        if wasIdle { work.signal() }
        let microseconds = min(max(.zero, limit), Self.flushMax).wholeMicroseconds
        return written.wait(timeout: .now() + .microseconds(Int(microseconds))) == .success
    }

    /// Lets the thread end when it has written what is there.
    func close() {
        let wasIdle = state.withLock { state in
            let wasIdle = state.isIdle
            state.isClosed = true
            return wasIdle
        }
        if wasIdle { work.signal() }
    }
}

// MARK: The thread

extension LogQueue {
    private func startThread() {
        // Signals of the process are for others; those that a fault of this very thread raises are not held back.
        var held = sigset_t()
        var before = sigset_t()
        sigfillset(&held)
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&held, fault) }
        pthread_sigmask(SIG_SETMASK, &held, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

        var thread = pthread_t()
        let queue = Unmanaged.passRetained(self)
        let problem = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<LogQueue>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, queue.toOpaque())
        precondition(problem == 0, "no thread can be started for the log: \(SystemFailure.text(problem))")
        pthread_detach(thread)
    }

    /// Ends: when the queue is closed.
    private func run() {
        while true {
            work.wait()
            while let batch = take() {
                if !batch.records.isEmpty { write(batch.records) }
                if batch.dropped > 0 { write([dropReport(batch.dropped)]) }
                for flush in batch.flushes { flush.signal() }
            }
            if state.withLock({ $0.isClosed && $0.records.isEmpty && $0.flushes.isEmpty }) { return }
        }
    }

    /// All that is there; nil if there is nothing.
    private func take() -> State? {
        state.withLock { state in
            guard !state.records.isEmpty || !state.flushes.isEmpty || state.dropped > 0 else { return nil }
            let batch = state
            state = State(isClosed: batch.isClosed)
            return batch
        }
    }
}
