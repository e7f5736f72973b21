import Synchronization

/// The id that the last run of a unit of work was given: a unit may run again.
final class LastMade: Sendable {
    private let value = Mutex<Int64?>(nil)

    var id: Int64? { value.withLock { $0 } }

    func set(_ id: Int64) {
        value.withLock { $0 = id }
    }
}
