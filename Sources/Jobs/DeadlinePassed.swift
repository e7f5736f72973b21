/// The attempt, or the batch, was still at work at its hard deadline, and was told to stop.
package struct DeadlinePassed: ClassifiedFailure, Hashable, CustomStringConvertible {
    package let deadline: Duration

    package init(deadline: Duration) {
        self.deadline = deadline
    }

    /// The next attempt may find the other side quicker; when none does, they are used up.
    package var failureClass: FailureClass { .retry }

    package var description: String { "still at work at its hard deadline, \(deadline) after its claim" }
}
