/// What a session announced with NOTIFY.
package struct Notification: Sendable, Hashable {
    package let channel: String
    package let payload: String
    /// The server's process that announced it.
    package let backendPID: Int32

    /// How many are kept for a reader that is slow; older ones are dropped. A notification is a hint, never the truth.
    static let bufferSize = 1_024
}
