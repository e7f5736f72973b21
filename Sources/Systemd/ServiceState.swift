import Primitives

/// One thing that the service manager is told.
package enum ServiceState: Sendable, Hashable {
    /// Start-up, or a reload, is complete.
    case ready
    /// A reload begins, at this time of `MonotonicClock`; systemd 253 and later ask for it.
    case reloading(monotonicMicroseconds: UInt64)
    /// The stop begins. It cannot be taken back.
    case stopping
    /// The line that `systemctl status` shows: cut to `statusLimit`, on one line.
    case status(String)
    /// All loops moved since the last time.
    case watchdog
    /// Something hangs for good: the manager acts as if the watchdog had run out.
    case watchdogTrigger
    /// From now on the watchdog has this interval.
    case watchdogInterval(Duration)
    /// The present start, reload or stop may take this much longer from now on.
    case extendTimeout(Duration)
    /// The error number of a failure, shown beside the status.
    case errno(Int32)
    /// The exit code that is about to come; known from systemd 254 on, ignored before.
    case exitStatus(Int32)
    /// The process that the manager shall watch.
    case mainPID(Int32)

    /// The most characters (Unicode scalars) of a status.
    package static let statusLimit = 200

    /// What the datagram says, without the newline between two of them.
    var assignment: String {
        switch self {
        case .ready: "READY=1"
        case .reloading(let microseconds): "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
        case .stopping: "STOPPING=1"
        case .status(let text): "STATUS=\(Self.statusLine(text))"
        case .watchdog: "WATCHDOG=1"
        case .watchdogTrigger: "WATCHDOG=trigger"
        case .watchdogInterval(let interval): "WATCHDOG_USEC=\(max(0, interval.wholeMicroseconds))"
        case .extendTimeout(let duration): "EXTEND_TIMEOUT_USEC=\(max(0, duration.wholeMicroseconds))"
        case .errno(let number): "ERRNO=\(number)"
        case .exitStatus(let code): "EXIT_STATUS=\(code)"
        case .mainPID(let process): "MAINPID=\(process)"
        }
    }

    /// A newline would start another assignment: an error text could otherwise say READY=1.
    private static func statusLine(_ text: String) -> String {
        var line = ""
        var count = 0
        for character in text {
            let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            let shown: Character = character.isNewline || isControl ? " " : character
            count += shown.unicodeScalars.count
            guard count <= statusLimit else { return cut(line) + "…" }
            line.append(shown)
        }
        return line
    }

    /// Leaves room for the sign that says that something was cut.
    private static func cut(_ line: String) -> String {
        line.unicodeScalars.count < statusLimit ? line : String(line.dropLast())
    }
}
