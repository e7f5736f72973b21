import Events
import Logging
import Primitives
import Synchronization

/// One lane of an idempotent kind: take a batch, work at it, hand the receipt in with the claim of the next.
struct BatchLane<Store: JobStore>: Sendable {
    let wake = Signal()
    private let store: Store
    private let definition: JobDefinition<Store>
    private let settings: DispatcherSettings
    private let logger: Logger
    private let state = State()

    private final class State: Sendable {
        let isDraining = Atomic(false)
        let isHeld = Atomic(false)
        /// Counts orders to leave what is held; the work of a batch heeds those that come after it began.
        let interruptions = Atomic(0)
        let interrupted = Signal()
        /// Of the batch that is worked at.
        let watch = Mutex<DeadlineWatch?>(nil)
        /// Its hard deadline has come: who is still at work failed.
        let isOverdue = Atomic(false)
    }

    /// Jobs taken at once.
    private static var batchMax: Int { 1_000 }
    /// Attempts to hand in a last receipt; after them the lease sees to it.
    private static var lastTurnsMax: Int { 5 }

    init(store: Store, definition: JobDefinition<Store>, settings: DispatcherSettings, logger: Logger) {
        self.store = store
        self.definition = definition
        self.settings = settings
        var logger = logger
        logger[metadataKey: "kind"] = "\(definition.kind)"
        self.logger = logger
    }

    func drain() {
        state.isDraining.store(true, ordering: .relaxed)
        wake.raise()
    }

    func hold(_ isHeld: Bool) {
        let was = state.isHeld.exchange(isHeld, ordering: .relaxed)
        if was, !isHeld { wake.raise() }
    }

    func interrupt() {
        state.interruptions.add(1, ordering: .relaxed)
        state.interrupted.raise()
    }

    /// Has the batch that is worked at left at its hard deadline. Gives how long nothing is due; nil: nothing is.
    func heedDeadline(at now: ContinuousClock.Instant, patience: Duration) -> Duration? {
        let (action, deadline) = state.watch.withLock { watch in
            let action = watch?.action(at: now, patience: patience)
            if action == .stop { state.isOverdue.store(true, ordering: .sequentiallyConsistent) }
            return (action, watch?.deadline)
        }
        switch action {
        case .stop: interrupt()
        case .report:
            logger.event(.attemptHangs, "a batch goes on after its hard deadline, and keeps its lane")
        case nil: break
        }
        return deadline.flatMap { $0 > now ? $0 - now : nil }
    }

    func run() async {
        var receipt: BatchReceipt?
        var limiter = EventLimiter()
        var failures = 0
        // Ends when drained: by a turn that hands in the last receipt, or by giving that up.
        while true {
            let isDraining = state.isDraining.load(ordering: .relaxed) || Task.isCancelled
            if isDraining, receipt == nil || failures >= Self.lastTurnsMax { return }
            let takesNone = isDraining || state.isHeld.load(ordering: .relaxed)
            if takesNone, receipt == nil {
                await wake.wait()
                continue
            }
            let asked = ContinuousClock().now
            do {
                let turn = try await store.turn(
                    definition.kind, acknowledging: receipt, limit: takesNone ? 0 : Self.batchMax)
                failures = 0
                if receipt != nil, !turn.wasHeld {
                    logger.event(.leaseLost, "a batch was taken for a dead daemon's; another does it again")
                }
                receipt = nil
                if let batch = turn.next {
                    state.watch.withLock {
                        $0 = DeadlineWatch(asked + definition.deadline)
                        state.isOverdue.store(false, ordering: .sequentiallyConsistent)
                    }
                    receipt = await work(batch)
                    state.watch.withLock { $0 = nil }
                } else if !takesNone {
                    await wake.wait()
                }
            } catch {
                failures += 1
                logger.event(
                    .claimFailed, within: &limiter, "a turn of batches failed, trying again",
                    metadata: ["error": "\(error)"])
                try? await ContinuousClock().sleep(for: settings.recordRetryPause)
            }
        }
    }

    /// Works at a batch, several jobs side by side; what it is told to leave is not in the receipt, and waits again.
    private func work(_ batch: Batch) async -> BatchReceipt {
        let interruptions = state.interruptions.load(ordering: .relaxed)
        return await withTaskGroup(of: BatchReceipt?.self) { group in
            let next = Cursor()
            for _ in 0..<min(settings.slots, batch.jobs.count) {
                group.addTask { await self.share(of: batch, next: next, interruptions: interruptions) }
            }
            group.addTask {
                // One that was raised while nothing was held is not for this batch.
                while await self.state.interrupted.wait(),
                    self.state.interruptions.load(ordering: .relaxed) == interruptions
                {}
                return nil
            }
            var receipt = BatchReceipt(of: batch)
            var working = min(settings.slots, batch.jobs.count)
            for await part in group {
                if let part {
                    receipt.add(part)
                    working -= 1
                }
                if part == nil || working == 0 { group.cancelAll() }
            }
            return receipt
        }
    }

    private final class Cursor: Sendable {
        let index = Atomic(0)
    }

    private func share(of batch: Batch, next: Cursor, interruptions: Int) async -> BatchReceipt {
        guard case .idempotent(let make) = definition.work else { return BatchReceipt(of: batch) }
        var receipt = BatchReceipt(of: batch)
        while state.interruptions.load(ordering: .relaxed) == interruptions, !Task.isCancelled {
            let index = next.index.add(1, ordering: .relaxed).oldValue
            guard index < batch.jobs.count else { break }
            let job = batch.jobs[index]
            do {
                switch try await make().run(job) {
                case .done: receipt.done.append(job.id)
                case .snooze(let pause):
                    receipt.postponed.append(.init(id: job.id, after: pause, failure: nil))
                case .park(let reason):
                    receipt.ended.append(.init(id: job.id, park: .asked, error: reason))
                }
            } catch {
                let isOverdue = state.isOverdue.load(ordering: .sequentiallyConsistent)
                if Task.isCancelled, !isOverdue { break }
                note(isOverdue ? DeadlinePassed(deadline: definition.deadline) : error, of: job, in: &receipt)
            }
        }
        return receipt
    }

    private func note(_ error: any Error, of job: BatchedJob, in receipt: inout BatchReceipt) {
        let text = "\(error)"
        let policy = definition.retry()
        let failure = FailureClass(of: error)
        if failure == .outage,
            let pause = policy.pause(afterOutageIn: job.attempt + 1, failures: job.failures)
        {
            receipt.postponed.append(.init(id: job.id, after: pause, failure: nil))
            logger.notice(
                "a job of a batch was cut off by an outage; it comes again",
                metadata: ["job": "\(job.id)", "error": "\(text)"])
            return
        }
        let decision = policy.decision(
            after: failure, failures: job.failures + 1, money: false, chance: Double.random(in: 0..<1))
        let event: Event
        switch decision {
        case .again(let pause):
            receipt.postponed.append(.init(id: job.id, after: pause, failure: text))
            event = .attemptFailed
        case .park:
            receipt.ended.append(.init(id: job.id, park: .refused, error: text))
            event = .jobParked
        case .fail:
            let park: ParkCode? = error is PayloadUnreadable ? .payload : nil
            receipt.ended.append(.init(id: job.id, park: park, error: text))
            event = park == nil ? .jobFailed : .jobParked
        }
        logger.event(event, "a job of a batch went wrong", metadata: ["job": "\(job.id)", "error": "\(text)"])
    }
}
