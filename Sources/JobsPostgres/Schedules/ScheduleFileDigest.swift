import Synchronization

/// The digest of the file that this daemon goes by, as its tick store asks for it. A reload changes it.
package final class ScheduleFileDigest: Sendable {
    private let held: Mutex<String?>

    /// - Parameter value: nil: fire every schedule, whichever file holds.
    package init(_ value: String? = nil) {
        held = Mutex(value)
    }

    package var value: String? { held.withLock { $0 } }

    /// Goes by another file from the next statement on.
    package func set(_ value: String?) {
        held.withLock { $0 = value }
    }
}
