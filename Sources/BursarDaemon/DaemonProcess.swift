package import Logging
package import Primitives

/// What the process around the daemon gives it: its environment, its log, its signals.
package struct DaemonProcess: Sendable {
    package var environment: [String: String]
    package var logger: Logger
    /// Raised by SIGHUP.
    package var hangUp: Signal
    /// Changes the level of every logger of the process.
    package var setLogLevel: @Sendable (Logger.Level) -> Void
    /// Brings what was logged to its end, or gives up after a moment.
    package var flushLog: @Sendable () -> Void

    package init(
        environment: [String: String], logger: Logger, hangUp: Signal = Signal(),
        setLogLevel: @escaping @Sendable (Logger.Level) -> Void = { _ in },
        flushLog: @escaping @Sendable () -> Void = {}
    ) {
        self.environment = environment
        self.logger = logger
        self.hangUp = hangUp
        self.setLogLevel = setLogLevel
        self.flushLog = flushLog
    }

    /// For service groups, whose own words are of no use to an operator; their errors are.
    package var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = .warning
        return quiet
    }
}
