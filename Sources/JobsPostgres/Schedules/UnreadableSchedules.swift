import Synchronization

/// The schedules that were due when last asked and whose rows make no sense: told of once an edit, never waited for.
final class UnreadableSchedules: Sendable {
    /// The revision that makes no sense, by schedule.
    private let revisions = Mutex<[Int64: Int64]>([:])

    var ids: [Int64] { revisions.withLock { $0.keys.sorted() } }

    /// Takes what makes no sense now in the place of what made none before. Returns those that are news.
    func replace(by found: [Int64: Int64]) -> Set<Int64> {
        revisions.withLock { known in
            defer { known = found }
            return Set(found.filter { known[$0.key] != $0.value }.keys)
        }
    }
}
