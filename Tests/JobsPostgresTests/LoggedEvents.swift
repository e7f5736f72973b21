import Logging
import Synchronization

/// The lines of a logger, as the codes of their events and the schedules that they name.
final class LoggedEvents: Sendable {
    struct Line: Sendable, Hashable {
        var event: String
        var schedule: String?
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private func add(_ metadata: Logger.Metadata) {
        guard let event = metadata["event"] else { return }
        lines.withLock { $0.append(Line(event: "\(event)", schedule: metadata["schedule"].map { "\($0)" })) }
    }

    private struct Handler: LogHandler {
        let log: LoggedEvents
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.add((event.metadata ?? [:]).merging(metadata) { own, _ in own })
        }
    }
}
