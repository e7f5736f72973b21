import Jobs
import JobsPostgres
import Primitives

/// The queue by its rules alone: which jobs there are, who holds them, and what each verb makes of it.
///
/// A verb of an attempt says whether it was granted. What the store chooses itself (ids, numbers of leases) it is told,
/// and checks.
struct QueueModel {
    /// A rule that the store broke.
    struct Broken: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    let kinds: [JobKind: KindLimits]
    let liveness: Liveness
    var jobs: [Int64: ModelJob] = [:]
    var ended: [Int64: ModelEnd] = [:]
    var runs: [ExecutionID: ModelRun] = [:]
    var batches: [Int64: ModelBatch] = [:]
    var daemons: [DaemonID: ModelDaemon] = [:]
    var buckets: [String: ModelBucket] = [:]
    var breakers: [String: ModelBreaker] = [:]
    var lastJob: Int64 = 0
    var lastLease: Int64 = 0
    /// As they were when they ended.
    var last: [Int64: ModelJob] = [:]
    /// Jobs that were ever accepted.
    var enqueued: Set<Int64> = []
    /// Given to a daemon that never heard of it, and when: attempts, and batches by their leases.
    var forgotten: [AttemptKey: Instant] = [:]
    var forgottenBatches: [Int64: Instant] = [:]
    /// Completions whose effects must stand, once each, and steps.
    var finishes: Set<Int64> = []

    init(kinds: [KindLimits], liveness: Liveness) {
        self.kinds = Dictionary(kinds.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.liveness = liveness
        for gates in kinds.map(\.gates) {
            if let bucket = gates.bucket { buckets[bucket.name] = ModelBucket(bucket) }
            if let breaker = gates.breaker { breakers[breaker.name] = ModelBreaker(breaker) }
        }
    }

    /// The attempt still holds its job.
    func holds(_ key: AttemptKey) -> Bool {
        jobs[key.job]?.key == key
    }

    /// A batch that has not been acknowledged holds the job.
    func isInBatch(_ id: Int64) -> Bool {
        batches.values.contains { $0.jobs.contains(id) }
    }

    /// Jobs that another job of the kind with this unique key makes superfluous.
    func holder(of key: String?, kind: JobKind) -> ModelJob? {
        guard let key else { return nil }
        return jobs.values.first { $0.kind == kind && $0.uniqueKey == key && $0.isUnique }
    }

    // MARK: Entering

    /// The store was given a job and answered with an id.
    mutating func entered(_ job: NewJob, as id: Int64, now: Instant) throws(Broken) {
        if let holder = holder(of: job.uniqueKey, kind: job.kind) {
            guard holder.id == id else { throw Broken("job \(holder.id) has the unique key, but \(id) was made") }
            return
        }
        guard id > lastJob else { throw Broken("job \(id) was made after job \(lastJob)") }
        lastJob = id
        enqueued.insert(id)
        jobs[id] = ModelJob(
            id: id, kind: job.kind, priority: job.priority.rawValue, place: job.place, uniqueKey: job.uniqueKey,
            money: job.money, partOf: job.partOf, uniqueIn: job.uniqueIn.rawValue, runAt: job.runAt ?? now)
        if let run = job.run { runs[run.execution] = ModelRun(job: id) }
    }

    // MARK: Verbs of an attempt

    mutating func step(_ key: AttemptKey) -> Bool {
        guard holds(key) else { return false }
        jobs[key.job]?.steps += 1
        jobs[key.job]?.interruptions = 0
        return true
    }

    mutating func finish(_ key: AttemptKey, hasWarnings: Bool) -> Bool {
        guard holds(key) else { return false }
        finishes.insert(key.job)
        end(key.job, .done, lease: key.lease, outcome: hasWarnings ? "warning" : "success")
        return true
    }

    mutating func postpone(_ key: AttemptKey, until runAt: Instant, isFailure: Bool) -> Bool {
        guard holds(key) else { return false }
        jobs[key.job]?.runAt = runAt
        if isFailure { jobs[key.job]?.failures += 1 }
        wait(key.job)
        return true
    }

    mutating func park(_ key: AttemptKey, because code: ParkCode) -> Bool {
        guard holds(key), let job = jobs[key.job] else { return false }
        if job.isUnwanted {
            end(job.id, .cancelled, lease: key.lease, outcome: "cancelled")
            return true
        }
        if code != .asked { jobs[job.id]?.failures += 1 }
        setAside(job.id, because: code)
        return true
    }

    mutating func fail(_ key: AttemptKey) -> Bool {
        guard holds(key), let job = jobs[key.job] else { return false }
        jobs[job.id]?.failures += 1
        let state = job.isUnwanted ? JobState.cancelled : .failed
        end(job.id, state, lease: key.lease, outcome: state.rawValue)
        return true
    }

    mutating func cancel(_ key: AttemptKey) -> Bool {
        guard holds(key) else { return false }
        end(key.job, .cancelled, lease: key.lease, outcome: "cancelled")
        return true
    }

    // MARK: What several verbs do

    /// The job waits again.
    mutating func wait(_ id: Int64) {
        waitTogether([id])
    }

    /// Jobs wait again, all at once. One whose key another has taken meanwhile, or comes to wait under before it, gives
    /// its own up: both do their work.
    mutating func waitTogether(_ ids: [Int64]) {
        let before = self
        var keys: Set<String> = []
        for id in ids.sorted() {
            guard var job = jobs[id] else { continue }
            job.release(to: .waiting)
            job.parkCode = nil
            if let key = job.uniqueKey {
                let isTaken = before.jobs.values.contains {
                    $0.id != id && $0.kind == job.kind && $0.uniqueKey == key && $0.isUnique
                }
                if !keys.insert("\(job.kind) \(key)").inserted || isTaken { job.uniqueIn = 0 }
            }
            jobs[id] = job
        }
    }

    mutating func setAside(_ id: Int64, because code: ParkCode) {
        jobs[id]?.release(to: .parked)
        jobs[id]?.parkCode = code
        if let execution = execution(begunBy: id) { runs[execution]?.outcome = "parked" }
    }

    mutating func end(_ id: Int64, _ state: JobState, lease: Int64?, outcome: String) {
        guard let job = jobs.removeValue(forKey: id) else { return }
        last[id] = job
        ended[id] = ModelEnd(state: state, lease: lease, attempt: job.attempt, failures: job.failures)
        if let execution = job.partOf, state == .failed { runs[execution]?.descendantsFailed += 1 }
        guard let execution = execution(begunBy: id), var run = runs[execution] else { return }
        let isOver = !jobs.values.contains { $0.partOf == execution }
        let outcome = run.descendantsFailed > 0 && outcome != "cancelled" ? "failed" : outcome
        run.outcome = isOver ? outcome : nil
        run.rootOutcome = isOver ? nil : outcome
        runs[execution] = run
    }

    /// Jobs end at once: a run that one of them began is over only if no other job of it was there before.
    mutating func endTogether(_ endings: [JobState: [Int64]], lease: Int64?) {
        let before = self
        for (state, ids) in endings {
            for id in ids {
                guard let execution = before.execution(begunBy: id), var run = before.runs[execution] else { continue }
                let isOver = !before.jobs.values.contains { $0.partOf == execution }
                let own = state == .done ? "success" : state.rawValue
                let outcome = run.descendantsFailed > 0 && state != .cancelled ? "failed" : own
                run.outcome = isOver ? outcome : nil
                run.rootOutcome = isOver ? nil : outcome
                runs[execution] = run
            }
        }
        for (state, ids) in endings {
            for id in ids {
                guard let job = jobs.removeValue(forKey: id) else { continue }
                last[id] = job
                ended[id] = ModelEnd(state: state, lease: lease, attempt: job.attempt, failures: job.failures)
                if let execution = job.partOf, state == .failed { runs[execution]?.descendantsFailed += 1 }
            }
        }
    }

    func execution(begunBy id: Int64) -> ExecutionID? {
        runs.first { $0.value.job == id }?.key
    }
}
