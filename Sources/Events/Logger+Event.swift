package import Logging

extension Logger {
    /// Logs at the event's level, with its code as the metadata `event`.
    package func event(
        _ event: Event, _ message: @autoclosure () -> Logger.Message,
        metadata: @autoclosure () -> Logger.Metadata? = nil,
        file: String = #fileID, function: String = #function, line: UInt = #line
    ) {
        log(
            level: event.level, message(), metadata: Self.metadata(of: event, and: metadata()), file: file,
            function: function, line: line)
    }

    private static func metadata(of event: Event, and more: Logger.Metadata?) -> Logger.Metadata {
        var metadata = more ?? [:]
        metadata["event"] = .string(event.code)
        return metadata
    }
}
