import Glibc

/// How long the service manager waits for a sign of life.
package struct WatchdogInterval {
    /// The interval of `WATCHDOG_USEC`, if this process is the one that is meant by `WATCHDOG_PID`.
    ///
    /// Nil where nobody waits. Signs of life belong at half of it.
    package static func from(environment: [String: String]) -> Duration? {
        if let process = environment["WATCHDOG_PID"], pid_t(process) != getpid() { return nil }
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0 else {
            return nil
        }
        return .microseconds(microseconds)
    }
}
