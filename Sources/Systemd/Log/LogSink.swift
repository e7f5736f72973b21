package import Logging
package import Primitives
import Synchronization

/// Where all loggers of the process write to: their common least level, and the thread behind them.
package final class LogSink: Sendable {
    /// How many lines below warning may wait to be written; further ones are dropped and counted.
    package static let capacity = 8_192

    private let queue: LogQueue
    private let minimum: Atomic<UInt8>
    private let time: any TimeSource

    /// - Parameters:
    ///   - droppedEvent: The event code of the line that says how many lines were dropped.
    ///   - write: Writes lines in their order; called on the sink's own thread alone.
    package init(
        level: Logger.Level, identifier: String, capacity: Int = LogSink.capacity, droppedEvent: String? = nil,
        time: any TimeSource = SystemTime(), write: @escaping @Sendable ([LogRecord]) -> Void
    ) {
        minimum = Atomic(Self.rank(level))
        self.time = time
        let report: @Sendable (Int) -> LogRecord = { count in
            var metadata: Logger.Metadata = ["count": .stringConvertible(count)]
            if let droppedEvent { metadata["event"] = .string(droppedEvent) }
            return LogRecord(
                time: time.now(), level: .warning, message: "log lines were dropped", label: identifier,
                metadata: metadata)
        }
        queue = LogQueue(capacity: capacity, dropReport: report, write: write)
    }

    deinit {
        queue.close()
    }

    /// The least level that is written, for all loggers that were not given one of their own.
    package var level: Logger.Level {
        get { Self.level(minimum.load(ordering: .relaxed)) }
        set { minimum.store(Self.rank(newValue), ordering: .relaxed) }
    }

    /// Waits until all lines so far are written; false if that takes longer than `limit`.
    ///
    /// Holds the calling thread: for the end of the process.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        queue.flush(within: limit)
    }

    func enqueue(_ record: LogRecord) {
        queue.enqueue(record)
    }

    func now() -> Instant { time.now() }

    private static func rank(_ level: Logger.Level) -> UInt8 {
        switch level {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }

    private static func level(_ rank: UInt8) -> Logger.Level {
        switch rank {
        case 0: .trace
        case 1: .debug
        case 2: .info
        case 3: .notice
        case 4: .warning
        case 5: .error
        default: .critical
        }
    }
}
