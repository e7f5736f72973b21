import Jobs
import JobsPostgres
import Primitives

extension QueueModel {
    /// A daemon said that it lives: which of its attempts are no longer wanted.
    mutating func beat(_ daemon: DaemonID, now: Instant) -> [AttemptKey] {
        let last = daemons[daemon]?.beatAt ?? now
        daemons[daemon]?.beatAt = max(last, now)
        return jobs.values.filter { $0.daemon == daemon && $0.isUnwanted && $0.state == .running }.sorted {
            $0.id < $1.id
        }
        .compactMap(\.key)
    }

    /// A daemon began a life: what waited for somebody who knows its kind waits no more.
    mutating func registered(_ daemon: DaemonID, kinds: [JobKind], now: Instant) {
        daemons[daemon] = ModelDaemon(kinds: kinds, beatAt: now)
        freeKnown(Set(kinds))
    }

    private mutating func freeKnown(_ kinds: Set<JobKind>) {
        waitTogether(jobs.values.filter { $0.parkCode == .unknownKind && kinds.contains($0.kind) }.map(\.id))
    }

    /// The reaper went round. Gives the daemons whose sessions it ended, since they sat on an attempt for too long.
    mutating func reap(by reaper: DaemonID, now: Instant, held: Set<Int64>) -> Set<DaemonID> {
        retakeFromDead(now: now)
        let late = retakeOverdue(now: now).subtracting([reaper])
        retakeForgotten(by: reaper, now: now)
        for daemon in late { daemons[daemon]?.holdsLock = false }
        let unwanted = jobs.values.filter { $0.isUnwanted && $0.state != .running && !isInBatch($0.id) }.map(\.id)
        endTogether([JobState.cancelled: unwanted], lease: nil)
        let known = Set(daemons.values.filter { !$0.isBuried }.flatMap(\.kinds))
        for job in jobs.values
        where job.state == .waiting && job.runAt <= now && !known.contains(job.kind) && !held.contains(job.id) {
            jobs[job.id]?.release(to: .parked)
            jobs[job.id]?.parkCode = .unknownKind
        }
        freeKnown(known)
        for (execution, run) in runs where run.rootOutcome != nil && run.outcome == nil {
            guard !jobs.values.contains(where: { $0.partOf == execution }) else { continue }
            let didFail = run.descendantsFailed > 0 && run.rootOutcome != "cancelled"
            runs[execution]?.outcome = didFail ? "failed" : run.rootOutcome
        }
        return late
    }

    private mutating func retakeFromDead(now: Instant) {
        let dead = daemons.filter {
            $0.value.beatAt < now - liveness.staleAfter && !$0.value.holdsLock && !$0.value.isBuried
        }
        for daemon in dead.keys { daemons[daemon]?.isBuried = true }
        let gone = Set(daemons.filter(\.value.isBuried).keys)
        cutOff(
            jobs.values.filter { $0.daemon.map(gone.contains) == true }.map(\.id),
            batches: batches.filter { gone.contains($0.value.daemon) }.map(\.key), now: now)
    }

    /// What ran waits again, and what was in batches; or a person must look, when that befell it too often.
    private mutating func cutOff(_ running: [Int64], batches leases: [Int64], now: Instant) {
        var cut = running
        for id in running {
            let runAt = jobs[id]?.runAt ?? now
            jobs[id]?.runAt = min(runAt, now)
        }
        waitTogether(running)
        for lease in leases {
            let batch = batches.removeValue(forKey: lease)
            cut += (batch?.jobs ?? []).filter { jobs[$0]?.state == .waiting }
        }
        for id in cut {
            jobs[id]?.interruptions += 1
            // It is probably the job that kills its daemon, or hangs.
            if jobs[id]?.interruptions ?? 0 >= Liveness.interruptionsMax { setAside(id, because: .interrupted) }
        }
    }

    /// What a claim gave the daemon whose answer never came waits again, and that costs nothing.
    private mutating func retakeForgotten(by daemon: DaemonID, now: Instant) {
        let lost = forgotten.filter { key, at in
            at < now - liveness.staleAfter && jobs[key.job]?.daemon == daemon && holds(key)
        }
        waitTogether(lost.map(\.key.job))
        for (lease, at) in forgottenBatches where at < now - liveness.staleAfter && batches[lease]?.daemon == daemon {
            batches[lease] = nil
        }
    }

    /// Gives the daemons that held what was retaken.
    private mutating func retakeOverdue(now: Instant) -> Set<DaemonID> {
        let overdue = jobs.values.filter { $0.deadline.map { $0 < now } == true }
        let late = batches.filter { $0.value.deadline < now }
        cutOff(overdue.map(\.id), batches: late.map(\.key), now: now)
        return Set(overdue.compactMap(\.daemon)).union(late.values.map(\.daemon))
    }
}
