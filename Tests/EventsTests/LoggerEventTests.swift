import Events
import Logging
import Synchronization
import Testing

@Suite struct LoggerEventTests {
    @Test func `a line carries its event's level and code, and what it says itself`() {
        let lines = Lines()
        lines.logger.event(.jobParked, "parked", metadata: ["job": "42"])
        #expect(
            lines.taken == [Lines.Line(level: .error, message: "parked", metadata: ["event": "BRS-3205", "job": "42"])])
    }

    @Test func `what is below the logger's level is neither said nor put together`() {
        let lines = Lines()
        var logger = lines.logger
        logger.logLevel = .critical
        var isRead = false
        func message() -> Logger.Message {
            isRead = true
            return "parked"
        }
        logger.event(.jobParked, message())
        #expect(lines.taken.isEmpty)
        #expect(!isRead)
    }

    @Test func `a line that repeats is held back, and the next one says how many were`() {
        let lines = Lines()
        let start = ContinuousClock.now
        var limiter = EventLimiter()
        for second in 0...10 {
            lines.logger.event(
                .claimFailed, within: &limiter, at: start + .seconds(second), "failed", metadata: ["error": "gone"])
        }
        #expect(
            lines.taken.map(\.metadata) == [
                ["event": "BRS-3101", "error": "gone"], ["event": "BRS-3101", "error": "gone", "held_back": "9"],
            ])
    }
}

/// What was logged.
private final class Lines: Sendable {
    struct Line: Sendable, Hashable {
        var level: Logger.Level
        var message: String
        var metadata: [String: String]
    }

    private let lines = Mutex<[Line]>([])

    var taken: [Line] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    func add(_ line: Line) {
        lines.withLock { $0.append(line) }
    }
}

private struct Handler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.add(
            Lines.Line(
                level: event.level, message: event.message.description,
                metadata: (event.metadata ?? [:]).mapValues { "\($0)" }))
    }
}
