import Logging
import Synchronization

/// The events that a daemon logged: code and words.
final class Events: Sendable {
    struct Line: Sendable, CustomStringConvertible {
        let code: String
        let words: String
        var description: String { "\(code) \(words)" }
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { lines.withLock { $0 } }

    func all(_ code: String) -> [Line] { all.filter { $0.code == code } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private func add(_ line: Line) {
        lines.withLock { $0.append(line) }
    }

    private struct Handler: LogHandler {
        let log: Events
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = (event.metadata ?? [:]).merging(metadata) { own, _ in own }
            guard let code = all["event"] else { return }
            let error = all["error"].map { ": \($0)" } ?? ""
            log.add(Line(code: "\(code)", words: "\(event.message)\(error)"))
        }
    }
}
