import Events
package import Logging
import Primitives
import Synchronization

/// Claims due jobs and runs each in its own actor until told to drain.
///
/// Holds five loops: the events, the beat that says this daemon lives, the reaper of dead ones, the alarm for the next
/// due job with the safety poll, and the watch over hard deadlines. A slow or absent database ends none of them.
///
/// At its hard deadline an attempt is told to stop. Nothing more can be done to one that does not heed that: it keeps
/// its slot until it returns, is reported, and its job is retaken.
package actor Dispatcher<Store: JobStore> {
    let store: Store
    let definitions: [JobKind: JobDefinition<Store>]
    let settings: DispatcherSettings
    let loops: DispatcherLoops
    let logger: Logger
    let clock = ContinuousClock()
    private var plan: DispatchPlan
    /// Jobs that are claimed and wait for a slot, oldest first: since when, and when they were asked for.
    private var claimed: [(claim: Claim, since: ContinuousClock.Instant, asked: ContinuousClock.Instant)] = []
    var running: [AttemptKey: RunningAttempt] = [:]
    var lastBeat: ContinuousClock.Instant
    private var isDraining = false
    private var isDrained = false
    /// The time to stop is over: an end that the store does not take is left to the lease.
    var isOver = false
    /// A probe is on its way.
    private var isProbed = false
    /// The last beat heard that there may be something to reap.
    var mayReap = true
    /// What the last beat heard of waiting jobs, until it is looked at.
    var heard: NextDue?
    /// When a gate opens that the last claim found shut.
    var opening: ContinuousClock.Instant?
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
        case claimed(ClaimAnswer?, asked: ContinuousClock.Instant)
        case ended
        case drain
        case probe
        case cancellations
        case giveBack(olderThan: Duration)
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
        // Room for one poke, one answer, an end per slot, and as many of the rest as one could want.
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

    /// Tells an attempt to stop; its job then ends as cancelled, unless it was done before it heard. One that waits for
    /// a slot hears when it begins.
    package func cancel(_ attempt: AttemptKey) {
        running[attempt]?.stop.yield(.cancel)
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
        if plan.runningCount > 0 || !batches.isIdle {
            logger.event(
                .drainIncomplete, "the time to stop is over; what runs goes back to the queue",
                metadata: ["running": "\(plan.runningCount)"])
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
            loops.addTask { await self.keepDeadlines() }
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
            perform(plan.poke(), in: &attempts)
            for await event in events {
                let action = heed(event, in: &attempts)
                loops.events.advance()
                perform(action, in: &attempts)
                if action.isFinished { break }
            }
            isDrained = true
            loops.events.leave()
        }
    }

    private func heed(_ event: Event, in attempts: inout DiscardingTaskGroup) -> DispatchPlan.Action {
        switch event {
        case .poke:
            pokePending.withLock { $0 = false }
            return plan.poke()
        case .claimed(let answer?, let asked):
            claimed += answer.claims.map { ($0, clock.now, asked) }
            let action = plan.claimed(answer.claims.count, mayHaveMore: answer.mayHaveMore)
            return isDraining ? giveBack(olderThan: .zero, in: &attempts) : action
        case .claimed(nil, _):
            return plan.claimFailed()
        case .ended:
            return plan.ended()
        case .drain:
            isDraining = true
            _ = plan.drain()
            return giveBack(olderThan: .zero, in: &attempts)
        case .probe:
            isProbed = false
            return .wait
        case .cancellations:
            lookPending.withLock { $0 = false }
            attempts.addTask { try? await self.beatOnce() }
            return .wait
        case .giveBack(let age):
            return giveBack(olderThan: age, in: &attempts)
        }
    }

    private func perform(_ action: DispatchPlan.Action, in attempts: inout DiscardingTaskGroup) {
        for (claim, _, asked) in claimed.prefix(action.start) {
            let (stops, stop) = AsyncStream<StopOrder>.makeStream(bufferingPolicy: .bufferingOldest(1))
            running[claim.key] = RunningAttempt(
                claim: claim, stop: stop, watch: DeadlineWatch(asked + (definitions[claim.kind]?.deadline ?? .zero)))
            attempts.addTask { await self.execute(claim, stops: stops) }
        }
        claimed.removeFirst(action.start)
        if let limit = action.claim { attempts.addTask { await self.claim(limit) } }
    }

    /// Others may have a slot for what has waited here for `age`.
    private func giveBack(olderThan age: Duration, in attempts: inout DiscardingTaskGroup) -> DispatchPlan.Action {
        let now = clock.now
        let old = claimed.prefix { now - $0.since >= age }
        claimed.removeFirst(old.count)
        for (claim, _, _) in old { attempts.addTask { await self.giveBack(claim) } }
        return plan.gaveBack(old.count)
    }

    /// What waits for a slot longer than a beat is given back; everything, when nobody knows that this daemon lives.
    func giveBackLate() {
        guard !claimed.isEmpty else { return }
        post.yield(.giveBack(olderThan: liveness == .proceed ? settings.liveness.beat : .zero))
    }

    private func claim(_ limit: Int) async {
        let asked = clock.now
        guard liveness == .proceed else {
            post.yield(.claimed(nil, asked: asked))
            return
        }
        do {
            let answer = try await store.claim(limit: limit)
            if let pause = answer.opensAfter {
                opening = clock.now + pause
                lookAgain.raise()
            }
            post.yield(.claimed(answer, asked: asked))
        } catch {
            logger.event(
                .claimFailed, within: &limiter, at: clock.now, "claim failed, trying again",
                metadata: ["error": "\(error)"])
            post.yield(.claimed(nil, asked: asked))
        }
    }

    var liveness: Liveness.Verdict {
        settings.liveness.verdict(lastBeatAge: clock.now - lastBeat)
    }

    /// Tells everything that runs to stop; the jobs wait again.
    func stopAll() {
        for attempt in running.values { attempt.stop.yield(.interrupt) }
        batches.interrupt()
    }

    /// An attempt's end is recorded.
    func ended(_ attempt: AttemptKey) {
        running.removeValue(forKey: attempt)?.stop.finish()
        post.yield(.ended)
    }
}
