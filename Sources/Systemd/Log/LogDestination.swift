import Glibc
package import Logging

/// Where the log goes, and so how its lines look.
package enum LogDestination: Sendable, Hashable {
    /// The journal, with fields.
    case journal
    /// Somebody's terminal.
    case terminal(color: Bool)
    /// Standard error, read by a program that understands `<N>` before a line.
    case prefixed
    /// Standard error, one JSON object a line.
    case jsonLines

    /// The destination that standard error leads to, unless `BURSAR_LOG_FORMAT` asks for one: `json`, `text`,
    /// `prefixed` or `journal`. Any other value of it is as good as none.
    package static func detect(
        environment: [String: String], descriptor: Int32 = STDERR_FILENO
    ) -> LogDestination {
        let isTerminal = isatty(descriptor) == 1
        let color = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        switch environment["BURSAR_LOG_FORMAT"] {
        case "json": return .jsonLines
        case "text": return .terminal(color: color)
        case "prefixed": return .prefixed
        case "journal": return .journal
        default: break
        }
        if leadsToJournal(descriptor, stream: environment["JOURNAL_STREAM"]) { return .journal }
        return isTerminal ? .terminal(color: color) : .prefixed
    }

    /// Makes this the log of all loggers of the process. Once only: the logging system takes no second one.
    ///
    /// - Parameters:
    ///   - droppedEvent: The event code of the line that says how many lines were dropped.
    ///   - messageID: The MESSAGE_ID of an event's code, 32 hexadecimal digits.
    /// - Returns: What changes the level of all loggers, and writes out what waits before the process ends.
    package func bootstrap(
        identifier: String, level: Logger.Level, droppedEvent: String? = nil,
        metadataProvider: Logger.MetadataProvider? = nil,
        messageID: @escaping @Sendable (String) -> String?
    ) -> LogSink {
        let sink = LogSink(
            level: level, identifier: identifier, droppedEvent: droppedEvent,
            write: writer(identifier: identifier, descriptor: STDERR_FILENO, messageID: messageID))
        LoggingSystem.bootstrap(
            { label, provider in QueuedLogHandler(label: label, sink: sink, metadataProvider: provider) },
            metadataProvider: metadataProvider)
        return sink
    }

    /// What writes lines to here.
    func writer(
        identifier: String, descriptor: Int32, messageID: @escaping @Sendable (String) -> String?
    ) -> @Sendable ([LogRecord]) -> Void {
        let format: any LogFormat
        switch self {
        case .journal:
            let fallback = TextWriter(format: PrefixedLogFormat(), descriptor: descriptor)
            let fields = JournalFields(identifier: identifier, messageID: messageID)
            return JournalWriter(fields: fields, fallback: fallback).write
        case .terminal(let color): format = TerminalLogFormat(color: color)
        case .prefixed: format = PrefixedLogFormat()
        case .jsonLines: format = JSONLinesLogFormat(identifier: identifier)
        }
        return TextWriter(format: format, descriptor: descriptor).write
    }

    /// `JOURNAL_STREAM` holds the device and inode of what the manager connected; a redirection changes them.
    private static func leadsToJournal(_ descriptor: Int32, stream: String?) -> Bool {
        var status = stat()
        guard let stream, fstat(descriptor, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
