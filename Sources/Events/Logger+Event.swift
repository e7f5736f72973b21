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

    /// The same, unless `limiter` holds it back. `held_back` says how many it held back since the last line.
    package func event(
        _ event: Event, within limiter: inout EventLimiter, at now: ContinuousClock.Instant = .now,
        _ message: @autoclosure () -> Logger.Message, metadata: @autoclosure () -> Logger.Metadata? = nil,
        file: String = #fileID, function: String = #function, line: UInt = #line
    ) {
        guard let heldBack = limiter.admit(event, at: now) else { return }
        var more = metadata() ?? [:]
        if heldBack > 0 { more["held_back"] = "\(heldBack)" }
        self.event(event, message(), metadata: more, file: file, function: function, line: line)
    }

    private static func metadata(of event: Event, and more: Logger.Metadata?) -> Logger.Metadata {
        var metadata = more ?? [:]
        metadata["event"] = .string(event.code)
        return metadata
    }
}
