import AdminAPI
import JobsPostgres
import Primitives

extension QueueAnswer {
    /// A queue as its view says it.
    init(_ view: QueueView) {
        self.init(
            kind: view.kind, waiting: view.waiting, due: view.due, dueCountedUpTo: Queues.dueMax,
            running: view.running, inBatches: view.inBatches, parked: view.parked, done: view.done,
            failed: view.failed, cancelled: view.cancelled,
            oldestDueSeconds: view.oldestDue.map { max(0, (view.now - $0).inSeconds) },
            paused: view.gates.pause.map(SchedulePause.init), concurrency: view.gates.concurrency,
            perKey: view.gates.perKey, bucket: view.gates.bucket.map(BucketAnswer.init),
            breaker: view.gates.breaker.map(BreakerAnswer.init), daemons: view.daemons)
    }
}

extension BucketAnswer {
    /// A bucket as its view says it.
    init(_ view: BucketView) {
        self.init(
            name: view.name, tokens: view.tokens, capacity: view.capacity, intervalSeconds: view.interval.inSeconds,
            nextTokenAt: [view.nextToken, view.blockedUntil].compactMap(\.self).max(),
            blockedUntil: view.blockedUntil)
    }
}

extension BreakerAnswer {
    /// A breaker as its view says it.
    init(_ view: BreakerView) {
        self.init(
            name: view.name, state: view.state.rawValue, failures: view.failures, threshold: view.threshold,
            openUntil: view.openUntil, lastError: view.lastError, triedBy: view.probe.map(IntegerText.init))
    }
}
