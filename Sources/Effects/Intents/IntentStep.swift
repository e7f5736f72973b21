package import Primitives

/// What is to be done about an intent now.
package enum IntentStep: Sendable, Hashable {
    /// Ask the company, under the key that it has.
    case submit
    /// Ask whether the company has it.
    case lookUp
    case wait(until: Instant)
    /// Its performer has not been heard of for so long that it is gone: say so, then ask again what to do.
    case giveUpPerformer
    /// Leave it to a person.
    case park(reason: String)
    /// Nothing more.
    case settled
}

/// What something heard means for an intent.
package enum IntentVerdict: Sendable, Hashable {
    /// An older or a repeated word: nothing.
    case unchanged
    /// Nothing new; when to ask again.
    case postponed
    /// It moved; what to write into its history.
    case changed(String)
    /// It did not move, but its history should tell.
    case noted(String)
    /// It does not fit what is known: a person must hear of it.
    case contradicted(String)
}
