/// Why the daemon ended otherwise than by being told to. The codes are those of sysexits.
package struct DaemonFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The exit code, by its name in sysexits.
    package enum Exit: Int32, Sendable, Hashable {
        case usage = 64
        case unavailable = 69
        case bug = 70
        case schema = 76
        case permission = 77
        case config = 78
    }

    package let exit: Exit
    /// What, where, and how to mend it; may be several lines.
    package let message: String

    package init(_ exit: Exit, _ message: String) {
        self.exit = exit
        self.message = message
    }

    package var description: String { message }
}
