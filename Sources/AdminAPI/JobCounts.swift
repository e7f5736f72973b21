/// How many unfinished jobs there are.
package struct JobCounts: Sendable, Hashable, Codable {
    /// The most that `due` says; the other figures are exact.
    package var countedUpTo: Int
    /// Those whose time has not come and those behind others of their key included.
    package var waiting: Int
    /// Those of the waiting ones that may start now.
    package var due: Int
    /// By themselves, or in a batch.
    package var running: Int
    package var parked: Int
    /// How long the oldest due job has been due.
    @Nullable package var oldestDueSeconds: Double?

    private enum CodingKeys: String, CodingKey {
        case countedUpTo = "counted_up_to"
        case waiting, due, running, parked
        case oldestDueSeconds = "oldest_due_seconds"
    }

    package init(countedUpTo: Int, waiting: Int, due: Int, running: Int, parked: Int, oldestDueSeconds: Double? = nil) {
        self.countedUpTo = countedUpTo
        self.waiting = waiting
        self.due = due
        self.running = running
        self.parked = parked
        self.oldestDueSeconds = oldestDueSeconds
    }
}
