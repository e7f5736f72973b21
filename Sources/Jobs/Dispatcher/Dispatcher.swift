import Events
package import Logging
import Primitives
import Synchronization

/// Claims due jobs and runs each in its own actor until told to drain.
///
/// Holds four loops: the events, the beat that says this daemon lives, the reaper of dead ones, and the alarm for the
/// next due job with the safety poll. A slow or absent database ends none of them.
package actor Dispatcher<Store: JobStore> {
    let store: Store
    let definitions: [JobKind: JobDefinition<Store>]
    let settings: DispatcherSettings
    let loops: DispatcherLoops
    let logger: Logger
    let clock = ContinuousClock()
    private var plan: DispatchPlan
    private var running: [AttemptKey: AsyncStream<StopOrder>.Continuation] = [:]
    var lastBeat: ContinuousClock.Instant
    private var isDrained = false
    /// The time to stop is over: an end that the store does not take is left to the lease.
    var isOver = false
    /// A probe is on its way.
    private var isProbed = false
    /// The last beat heard that there may be something to reap.
    var mayReap = true
    /// What the last beat heard of waiting jobs, until it is looked at.
    var heard: NextDue?
    let lookAgain = Signal()
    /// The jobs that are taken by the batch.
    let batches: BatchRunner<Store>
    /// Of what goes wrong again and again while the database is away.
    var limiter = EventLimiter()
    private let events: AsyncStream<Event>
    private let post: AsyncStream<Event>.Continuation
    /// A poke is on its way: a second one would say nothing new.
    private let pokePending = Mutex(false)
    private let lookPending = Mutex(false)

    /// Turns of the reaper that may pass without a look.
    static var idleTurnsMax: Int { 12 }

    private enum Event: Sendable {
        case poke
        case ended
        case drain
        case probe
        case cancellations
    }

    package init(
        store: Store, definitions: [JobDefinition<Store>], settings: DispatcherSettings = DispatcherSettings(),
        loops: DispatcherLoops = .unwatched, logger: Logger
    ) {
        self.store = store
        self.definitions = Dictionary(uniqueKeysWithValues: definitions.map { ($0.kind, $0) })
        self.settings = settings
        self.loops = loops
        self.logger = logger
        plan = DispatchPlan(slots: settings.slots)
        batches = BatchRunner(store: store, definitions: definitions, settings: settings, logger: logger)
        lastBeat = clock.now
        // Room for one poke, an end per slot, and as many calls of `drain` as one could want.
        (events, post) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(settings.slots + 64))
    }

    /// How many attempts run now.
    package var runningCount: Int { plan.runningCount }

    /// Something may be due: look soon. Cheap, may be called from anywhere and as often as one likes.
    package nonisolated func poke() {
        let isNew = pokePending.withLock { pending in
            defer { pending = true }
            return !pending
        }
        if isNew { post.yield(.poke) }
        batches.poke()
    }

    /// Turns the loop of events once, so that an idle one is told from a dead one. Returns when the actor answers.
    package func probe() {
        guard !isProbed else { return }
        isProbed = true
        post.yield(.probe)
    }

    /// Somebody may have asked for an attempt's end: ask the store at once, not with the next beat.
    package nonisolated func lookForCancellations() {
        let isNew = lookPending.withLock { pending in
            defer { pending = true }
            return !pending
        }
        if isNew { post.yield(.cancellations) }
    }

    /// Tells an attempt to stop; its job then ends as cancelled, unless it was done before it heard.
    package func cancel(_ attempt: AttemptKey) {
        running[attempt]?.yield(.cancel)
    }

    /// Stops claiming, waits for what runs, and after `grace` tells it to stop; what stops returns to the store at
    /// once, unharmed. `run` returns after the last of them.
    package func drain(within grace: Duration) async {
        post.yield(.drain)
        batches.drain()
        let deadline = clock.now + grace
        while !isDrained || !batches.isIdle, clock.now < deadline, !Task.isCancelled {
            try? await clock.sleep(for: min(.milliseconds(20), deadline - clock.now))
        }
        if !running.isEmpty || !batches.isIdle {
            logger.event(
                .drainIncomplete, "the time to stop is over; what runs goes back to the queue",
                metadata: ["running": "\(running.count)"])
        }
        stopAll()
        isOver = true
    }

    /// Runs until drained. Cancelling the task gives up at once: what ran is retaken later by its lease.
    package func run() async {
        lastBeat = clock.now
        await withTaskGroup(of: Void.self) { loops in
            loops.addTask { await self.keepBeating() }
            loops.addTask { await self.keepReaping() }
            loops.addTask { await self.keepLooking() }
            // Ends by itself when it is drained: what it holds must be acknowledged.
            await withTaskGroup(of: Void.self) { batches in
                batches.addTask { await self.batches.run() }
                await handleEvents()
            }
            loops.cancelAll()
        }
    }

    private func handleEvents() async {
        await withDiscardingTaskGroup { attempts in
            await perform(plan.poke(), in: &attempts)
            for await event in events {
                let action = switch event {
                case .poke: heed()
                case .ended: plan.ended()
                case .drain: plan.drain()
                case .probe, .cancellations: DispatchPlan.Action.wait
                }
                if case .cancellations = event {
                    lookPending.withLock { $0 = false }
                    attempts.addTask { try? await self.beatOnce() }
                }
                if case .probe = event { isProbed = false }
                loops.events.advance()
                if await perform(action, in: &attempts) { break }
            }
            isDrained = true
            loops.events.leave()
        }
    }

    private func heed() -> DispatchPlan.Action {
        pokePending.withLock { $0 = false }
        return plan.poke()
    }

    /// True when the drain is complete.
    @discardableResult
    private func perform(_ first: DispatchPlan.Action, in attempts: inout DiscardingTaskGroup) async -> Bool {
        var action = first
        while case .claim(let limit) = action {
            action = await claim(limit, in: &attempts)
        }
        return action == .finished
    }

    private func claim(_ limit: Int, in attempts: inout DiscardingTaskGroup) async -> DispatchPlan.Action {
        guard liveness == .proceed else { return plan.claimFailed() }
        do {
            loops.events.wait(for: DispatcherLoops.database)
            defer { loops.events.advance() }
            let answer = try await store.claim(limit: limit)
            for claim in answer.claims {
                let (stops, stop) = AsyncStream<StopOrder>.makeStream(bufferingPolicy: .bufferingOldest(1))
                running[claim.key] = stop
                attempts.addTask { await self.execute(claim, stops: stops) }
            }
            return plan.claimed(answer.claims.count, mayHaveMore: answer.mayHaveMore)
        } catch {
            logger.event(
                .claimFailed, within: &limiter, at: clock.now, "claim failed, trying again",
                metadata: ["error": "\(error)"])
            return plan.claimFailed()
        }
    }

    var liveness: Liveness.Verdict {
        settings.liveness.verdict(lastBeatAge: clock.now - lastBeat)
    }

    /// Tells everything that runs to stop; the jobs wait again.
    func stopAll() {
        for stop in running.values { stop.yield(.interrupt) }
        batches.interrupt()
    }

    /// An attempt's end is recorded.
    func ended(_ attempt: AttemptKey) {
        running.removeValue(forKey: attempt)?.finish()
        post.yield(.ended)
    }
}
