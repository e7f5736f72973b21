/// What a daemon that is ready tells whoever started it.
package struct ReadyReport: Sendable, Hashable {
    /// The admin socket.
    package let socket: String
    package let isEmbedded: Bool
    package let schedules: Int
    /// True when this start loaded the demo school.
    package let loadedDemo: Bool
}
