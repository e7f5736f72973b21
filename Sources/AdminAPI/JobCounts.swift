/// How many unfinished jobs there are, each figure at most `counted_up_to`.
package struct JobCounts: Sendable, Hashable, Codable {
    package var countedUpTo: Int
    package var waiting: Int
    /// Those of the waiting ones whose time has come.
    package var due: Int
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
