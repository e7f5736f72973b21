import Jobs
import Primitives

extension QueueModel {
    /// What an operator's wish must come to.
    enum Wish: Hashable {
        case granted
        case refused
        /// Another one took its place, or its key: both may be.
        case either
    }

    func wishToRetry(_ id: Int64) -> Wish {
        if let job = jobs[id] {
            guard job.state == .parked, !job.isUnwanted else { return .refused }
            var free = job
            free.state = .waiting
            let isTaken =
                free.isUnique
                && jobs.values.contains {
                    $0.id != id && $0.kind == job.kind && $0.uniqueKey == job.uniqueKey && $0.isUnique
                }
            return isTaken ? .either : .granted
        }
        guard let end = ended[id], end.state == .failed, end.retriedAs == nil else { return .refused }
        return .granted
    }

    mutating func freed(_ id: Int64, now: Instant) {
        let runAt = jobs[id]?.runAt ?? now
        jobs[id]?.failures = 0
        jobs[id]?.interruptions = 0
        jobs[id]?.runAt = min(runAt, now)
        wait(id)
        if let execution = execution(begunBy: id) { runs[execution]?.outcome = nil }
    }

    func wishToCancel(_ id: Int64) -> Wish {
        if jobs[id] != nil { return .granted }
        return ended[id]?.state == .cancelled ? .granted : .refused
    }

    mutating func unwanted(_ id: Int64) {
        guard let job = jobs[id] else { return }
        jobs[id]?.isUnwanted = true
        if job.state != .running, !isInBatch(id) { end(id, .cancelled, lease: nil, outcome: "cancelled") }
    }
}
