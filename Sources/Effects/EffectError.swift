package import Jobs

/// Why something was not planned, received or queued: what was asked for is wrong, and will be the next time.
package struct EffectError: ClassifiedFailure, Hashable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: String, Sendable, Hashable {
        /// A name, a key, a header or a size outside its limits.
        case invalid
        /// The business key, or the dedupe key, is taken by something else.
        case otherContent
        /// A further revision where the one before was not refused.
        case revisionNotAllowed
        /// A person's verdict on an intent that may not be decided about by hand.
        case verdictNotAllowed
        /// No target or kind of that name is known here.
        case unknownTarget
        /// There is no intent, event or message of that id.
        case notFound
    }

    package let code: Code
    /// Safe to show: names and keys, never contents.
    package let message: String
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var failureClass: FailureClass { .refused }

    package var description: String { "\(message) (\(hint))" }
}
