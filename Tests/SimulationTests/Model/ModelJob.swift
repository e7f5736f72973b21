import Jobs
import JobsPostgres
import Primitives

/// A job that has not ended, as the rules have it. Equal to its row.
struct ModelJob: Hashable {
    let id: Int64
    let kind: JobKind
    let priority: Int
    let place: PlaceInLine?
    let uniqueKey: String?
    let money: Bool
    /// The run that it belongs to without having begun it.
    let partOf: ExecutionID?
    var uniqueIn: Int
    var state = JobState.waiting
    var runAt: Instant
    var lease: Int64?
    var daemon: DaemonID?
    var deadline: Instant?
    var attempt = 0
    var failures = 0
    var interruptions = 0
    var steps = 0
    var parkCode: ParkCode?
    var isUnwanted = false

    var key: AttemptKey? { lease.map { AttemptKey(job: id, lease: $0) } }

    /// Its unique key is its own in its present state.
    var isUnique: Bool {
        let bit =
            switch state {
            case .waiting: 1
            case .running: 2
            default: 4
            }
        return uniqueKey != nil && uniqueIn & bit != 0
    }

    var orderKey: String? { if case .ordered(let key) = place { key } else { nil } }
    var limitKey: String? { if case .limited(let key) = place { key } else { nil } }

    /// Ends the attempt, whatever follows.
    mutating func release(to state: JobState) {
        self.state = state
        lease = nil
        daemon = nil
        deadline = nil
    }

    /// Where it stands among those of its kind.
    static func isBefore(_ one: ModelJob, _ other: ModelJob) -> Bool {
        (one.priority, one.runAt, one.id) < (other.priority, other.runAt, other.id)
    }
}

/// A job that ended.
struct ModelEnd: Hashable {
    let state: JobState
    /// That ended it; nil when it ended without one.
    let lease: Int64?
    let attempt: Int
    let failures: Int
    var retriedAs: Int64?
}

/// A run: what became of the job that began it and of those that belong to it.
struct ModelRun: Hashable {
    let job: Int64
    var outcome: String?
    /// Its own job ended while others had not.
    var rootOutcome: String?
    var descendantsFailed = 0
}

/// Jobs of an idempotent kind that one daemon took together.
struct ModelBatch: Hashable {
    let kind: JobKind
    let daemon: DaemonID
    let jobs: Set<Int64>
    let deadline: Instant
}

/// One life of a daemon.
struct ModelDaemon: Hashable {
    let kinds: [JobKind]
    var beatAt: Instant
    var holdsLock = true
    var isBuried = false
}
