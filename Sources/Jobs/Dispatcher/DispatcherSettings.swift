/// The limits of a dispatcher.
package struct DispatcherSettings: Sendable, Hashable {
    /// Attempts that run side by side.
    package var slots: Int
    package var liveness: Liveness
    /// How long it may go without looking for due jobs.
    package var poll: Duration
    /// The least pause between two looks at the next due time.
    package var shortestPause: Duration = .milliseconds(5)
    package var recordRetryPause: Duration = .seconds(1)

    package init(slots: Int = 4, liveness: Liveness = Liveness(), poll: Duration = .seconds(5)) {
        self.slots = slots
        self.liveness = liveness
        self.poll = poll
    }
}
