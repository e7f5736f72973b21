package import Logging

/// What a logger hands its lines to, whatever they become: it collects the metadata and leaves the rest to the sink.
package struct QueuedLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let sink: LogSink
    /// Set for this logger alone; until then the sink's level counts, whenever it changes.
    private var ownLevel: Logger.Level?

    package init(label: String, sink: LogSink, metadataProvider: Logger.MetadataProvider? = nil) {
        self.label = label
        self.sink = sink
        self.metadataProvider = metadataProvider
    }

    package var logLevel: Logger.Level {
        get { ownLevel ?? sink.level }
        set { ownLevel = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Queues the line; never waits.
    package func log(event: LogEvent) {
        sink.enqueue(
            LogRecord(
                time: sink.now(), level: event.level, message: event.message.description, label: label,
                metadata: metadata(of: event), file: event.file, line: event.line, function: event.function))
    }

    /// What the line says itself counts more than what its task says, and that more than what its logger says.
    private func metadata(of event: LogEvent) -> Logger.Metadata {
        var merged = metadata
        for more in [metadataProvider?.get(), event.metadata] {
            guard let more, !more.isEmpty else { continue }
            if merged.isEmpty {
                merged = more
            } else {
                merged.merge(more) { _, later in later }
            }
        }
        if let error = event.error, merged["error"] == nil { merged["error"] = .string("\(error)") }
        return merged
    }
}
