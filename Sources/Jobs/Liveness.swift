/// What a daemon may do, judged from when it last told the store that it lives.
///
/// The store hands a dead daemon's jobs to others once its lock is gone and its beat is stale. A daemon that cannot
/// beat cannot know on which side it is: by half its lease it stops what it does.
package struct Liveness: Sendable, Hashable {
    /// How long a job stays with a daemon that is not heard of. Also how long after a restart of the database nobody
    /// counts as dead.
    package let lease: Duration
    /// How often it beats.
    package let beat: Duration

    /// Interruptions without a committed step in between that park a job.
    package static let interruptionsMax = 20

    package init(lease: Duration = .seconds(30), beat: Duration = .milliseconds(2_500)) {
        precondition(beat * 4 <= lease, "a lease must outlive several beats")
        self.lease = lease
        self.beat = beat
    }

    /// A beat older than this, together with a lost lock, means dead.
    package var staleAfter: Duration { beat * 3 }

    /// What to do when the last beat that the store confirmed is `age` old.
    package func verdict(lastBeatAge age: Duration) -> Verdict {
        age < lease / 2 ? .proceed : .stop
    }

    /// What a daemon may go on doing.
    package enum Verdict: Sendable, Hashable {
        case proceed
        /// Start nothing and cancel what runs.
        case stop
    }
}
