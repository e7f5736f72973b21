/// Keeps count of canaries: notifications that a session has sent to itself, to see whether they come back. Decides
/// only.
struct Canary {
    /// released → returned | given up. A canary that has returned waits to be met.
    private enum Flight { case released, returned }

    private var flights: [UInt64: Flight] = [:]
    private var lastNumber: UInt64 = 0

    /// Sends one off: its number is the notification's payload.
    mutating func release() -> UInt64 {
        lastNumber += 1
        flights[lastNumber] = .released
        return lastNumber
    }

    /// The number of the canary that came back with `payload`; nil for one that nobody waits for any more.
    mutating func hears(_ payload: String) -> UInt64? {
        guard let number = UInt64(payload), flights[number] == .released else { return nil }
        flights[number] = .returned
        return number
    }

    /// Whether the canary is back; then it is forgotten.
    mutating func meet(_ number: UInt64) -> Bool {
        guard flights[number] == .returned else { return false }
        flights[number] = nil
        return true
    }

    mutating func giveUp(_ number: UInt64) {
        flights[number] = nil
    }
}
