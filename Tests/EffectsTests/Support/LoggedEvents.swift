import Logging
import Synchronization

/// The codes of the events that were logged.
final class LoggedEvents: Sendable {
    private let lines = Mutex<[String]>([])

    var codes: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private func add(_ code: String) {
        lines.withLock { $0.append(code) }
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
            if let code = event.metadata?["event"] { log.add("\(code)") }
        }
    }
}
