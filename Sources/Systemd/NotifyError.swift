/// Why the service manager was not told. Nothing was sent, and trying again does no harm.
package struct NotifyError: Error, Sendable, Hashable {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// `NOTIFY_SOCKET` names no socket that can be written to from here.
        case badAddress
        /// Nobody listens there any more.
        case gone
        /// The manager's queue is full; a later attempt may succeed.
        case busy
        /// The message is larger than the manager takes.
        case tooLarge
        /// Anything else that the system refused, by its error number.
        case refused(Int32)
    }

    package let code: Code
    /// The value of `NOTIFY_SOCKET`.
    package let path: String
    package let reason: String
    package let fix: String
}

extension NotifyError: CustomStringConvertible {
    package var description: String {
        "the service manager cannot be told at \(path): \(reason); \(fix)"
    }
}
