package import Logging
package import Primitives

/// One line of the log on its way to the thread that writes it.
package struct LogRecord: Sendable {
    package var time: Instant
    package var level: Logger.Level
    package var message: String
    /// The logger's label.
    package var label: String
    /// Turned into text only when it is written: whoever logs a mutable reference logs what it says then.
    package var metadata: Logger.Metadata
    /// A file id, such as `Jobs/Dispatcher.swift`.
    package var file: String
    package var line: UInt
    package var function: String

    package init(
        time: Instant, level: Logger.Level, message: String, label: String, metadata: Logger.Metadata = [:],
        file: String = #fileID, line: UInt = #line, function: String = #function
    ) {
        self.time = time
        self.level = level
        self.message = message
        self.label = label
        self.metadata = metadata
        self.file = file
        self.line = line
        self.function = function
    }

    /// The metadata by name, so that equal lines look equal.
    var sortedMetadata: [(key: String, value: Logger.MetadataValue)] {
        metadata.count < 2 ? metadata.map { ($0, $1) } : metadata.sorted { $0.key < $1.key }
    }

    /// The file without the machine's folders, even if the logger was handed a whole path.
    var fileID: String {
        guard file.hasPrefix("/") else { return file }
        let parts = file.split(separator: "/")
        let folder = parts.lastIndex { $0 == "Sources" || $0 == "Tests" }
        guard let folder, folder + 1 < parts.count else { return parts.last.map(String.init) ?? file }
        return parts[(folder + 1)...].joined(separator: "/")
    }
}

extension Logger.Level {
    /// The severity that syslog and the journal know.
    var priority: Int {
        switch self {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}
