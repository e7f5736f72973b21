/// What a submission came to. A client that cannot tell says `unknown`, and so does everything that it throws.
package enum EffectAnswer: Sendable, Hashable {
    /// The company has it, under this name of its own.
    case accepted(remoteID: String)
    /// It definitely did not and will not do it.
    case refused(code: String, message: String)
    /// It may have done it: no answer, half an answer, an inner error, the key is in use at this moment.
    case unknown(why: String)
    /// It definitely did not look at it yet: too many requests.
    case throttled(retryAfter: Duration?)
}
