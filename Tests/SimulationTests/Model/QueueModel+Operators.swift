import Jobs
import Primitives

extension QueueModel {
    /// An operator's wish to have a job tried again is granted: it is parked and wanted, or failed for good and was not
    /// tried again before, and its unique key is free.
    func mayRetry(_ id: Int64) -> Bool {
        if let job = jobs[id] {
            let isTaken = job.uniqueIn & 1 != 0 && isHeld(job.uniqueKey, kind: job.kind, except: id)
            return job.state == .parked && !job.isUnwanted && !isTaken
        }
        guard let end = ended[id], let job = last[id] else { return false }
        return end.state == .failed && end.retriedAs == nil && !isHeld(job.uniqueKey, kind: job.kind, except: id)
    }

    private func isHeld(_ key: String?, kind: JobKind, except id: Int64) -> Bool {
        key != nil && jobs.values.contains { $0.id != id && $0.kind == kind && $0.uniqueKey == key && $0.isUnique }
    }

    mutating func freed(_ id: Int64, now: Instant) {
        let runAt = jobs[id]?.runAt ?? now
        jobs[id]?.failures = 0
        jobs[id]?.interruptions = 0
        jobs[id]?.runAt = min(runAt, now)
        wait(id)
        if let execution = execution(begunBy: id) { runs[execution]?.outcome = nil }
    }

    /// What has not ended can be cancelled, and what was cancelled already.
    func mayCancel(_ id: Int64) -> Bool {
        jobs[id] != nil || ended[id]?.state == .cancelled
    }

    mutating func unwanted(_ id: Int64) {
        guard let job = jobs[id] else { return }
        jobs[id]?.isUnwanted = true
        if job.state != .running, !isInBatch(id) { end(id, .cancelled, lease: nil, outcome: "cancelled") }
    }
}
