package import Primitives

/// How an intent stands after it was worked on.
package enum IntentProgress: Sendable, Hashable {
    /// Done, refused, reversed or parked.
    case settled(Intent)
    /// Something is to be done about it then: the answer is awaited, a pause kept, or another performer is at it.
    case waiting(Intent, until: Instant)
    /// Nothing is submitted to its target until what that did of late has been compared.
    case held(Intent, why: String, until: Instant)

    package var intent: Intent {
        switch self {
        case .settled(let intent), .waiting(let intent, _), .held(let intent, _, _): intent
        }
    }

    /// When to work on it again; nil when it is settled.
    package var again: Instant? {
        switch self {
        case .settled: nil
        case .waiting(_, let until), .held(_, _, let until): until
        }
    }
}
