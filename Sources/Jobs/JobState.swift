/// Where a job stands. Only `waiting`, `running` and `parked` jobs are in the hot table.
package enum JobState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Can go to: running, parked, cancelled.
    case waiting
    /// Can go to: waiting (retry, snooze, interrupted), done, failed, parked, cancelled.
    case running
    /// Waits for a person. Can go to: waiting, cancelled.
    case parked
    /// Final.
    case done
    /// Final; only for work not backed by money.
    case failed
    /// Final.
    case cancelled

    package var isFinal: Bool {
        switch self {
        case .waiting, .running, .parked: false
        case .done, .failed, .cancelled: true
        }
    }
}
