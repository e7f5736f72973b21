/// What kind of failure an error is: it alone decides whether trying again can help.
package enum FailureClass: String, Sendable, Hashable, Codable {
    /// May go away by itself: a lost connection, a deadlock, a busy service.
    case retry
    /// Will be the same next time: invalid input, a broken invariant.
    case refused
    /// The store itself was away, or had no room: nobody's failure.
    case outage
    /// It cannot be known whether the effect took place: another company's answer was lost.
    case unknown
}

/// An error that knows its class. All others count as `retry`.
package protocol ClassifiedFailure: Error {
    var failureClass: FailureClass { get }
}

extension FailureClass {
    /// The class of any error.
    package init(of error: any Error) {
        self = (error as? any ClassifiedFailure)?.failureClass ?? .retry
    }
}
