import Postgres

/// How far an intent is. Each case lists where it can go.
package enum IntentState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Decided, and never carried out as far as can be told. → submitting; by what the company tells: any but unknown.
    case planned
    /// A call is under way, or its performer is gone. → accepted, refused, unknown, planned (throttled).
    case submitting
    /// The company has it. → done, refused (it failed), reversed, parked.
    case accepted
    /// Definitely not done, by this revision. Final.
    case refused
    /// It may have been done. → submitting (same key and bytes), accepted, refused, done, reversed, parked.
    case unknown
    /// → reversed.
    case done
    /// Done and undone. Final.
    case reversed
    /// Waits for a person. → accepted, refused, done, reversed, by what the company tells; refused, by the person.
    case parked

    /// Nothing is done about it any more.
    package var isSettled: Bool {
        switch self {
        case .refused, .done, .reversed, .parked: true
        case .planned, .submitting, .accepted, .unknown: false
        }
    }
}

extension IntentState: PostgresCodable {}
