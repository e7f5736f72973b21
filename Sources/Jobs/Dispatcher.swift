import Events
package import Logging
import Primitives
import Synchronization

/// Claims due jobs and runs each in its own actor until told to drain.
///
/// Holds four loops: the events, the beat that says this daemon lives, the reaper of dead ones, and the alarm for the
/// next due job with the safety poll. A slow or absent database ends none of them.
package actor Dispatcher<Store: JobStore> {
    private let store: Store
    private let definitions: [JobKind: JobDefinition<Store>]
    private let settings: DispatcherSettings
    private let loops: DispatcherLoops
    private let logger: Logger
    private let clock = ContinuousClock()
    private var plan: DispatchPlan
    private var running: [Int64: AsyncStream<StopOrder>.Continuation] = [:]
    private var lastBeat: ContinuousClock.Instant
    private var isDrained = false
    /// The time to stop is over: an end that the store does not take is left to the lease.
    private var isOver = false
    /// A probe is on its way.
    private var isProbed = false
    /// The last beat heard that there may be something to reap.
    private var mayReap = true
    /// What the last beat heard of waiting jobs, until it is looked at.
    private var heard: NextDue?
    private let lookAgain = Signal()
    /// Of what goes wrong again and again while the database is away.
    private var limiter = EventLimiter()
    private let events: AsyncStream<Event>
    private let post: AsyncStream<Event>.Continuation
    /// A poke is on its way: a second one would say nothing new.
    private let pokePending = Mutex(false)
    private let lookPending = Mutex(false)

    /// Turns of the reaper that may pass without a look.
    private static var idleTurnsMax: Int { 12 }

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
    package func cancel(lease: Int64) {
        running[lease]?.yield(.cancel)
    }

    /// Stops claiming, waits for what runs, and after `grace` tells it to stop; what stops returns to the store at
    /// once, unharmed. `run` returns after the last of them.
    package func drain(within grace: Duration) async {
        post.yield(.drain)
        let deadline = clock.now + grace
        while !isDrained, clock.now < deadline, !Task.isCancelled {
            try? await clock.sleep(for: min(.milliseconds(20), deadline - clock.now))
        }
        if !running.isEmpty {
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
            await handleEvents()
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
            let claims = try await store.claim(limit: limit)
            for claim in claims {
                let (stops, stop) = AsyncStream<StopOrder>.makeStream(bufferingPolicy: .bufferingOldest(1))
                running[claim.lease] = stop
                attempts.addTask { await self.execute(claim, stops: stops) }
            }
            return plan.claimed(claims.count, of: limit)
        } catch {
            logger.event(
                .claimFailed, within: &limiter, at: clock.now, "claim failed, trying again",
                metadata: ["error": "\(error)"])
            return plan.claimFailed()
        }
    }

    private var liveness: Liveness.Verdict {
        settings.liveness.verdict(lastBeatAge: clock.now - lastBeat)
    }

    private func stopAll() {
        for stop in running.values { stop.yield(.interrupt) }
    }
}

// MARK: An attempt from its claim to its end

extension Dispatcher {
    private func execute(_ claim: Claim, stops: AsyncStream<StopOrder>) async {
        var logger = logger
        logger[metadataKey: "job"] = "\(claim.job)"
        logger[metadataKey: "kind"] = "\(claim.kind)"
        logger[metadataKey: "attempt"] = "\(claim.attempt)"
        if let execution = claim.execution { logger[metadataKey: "run"] = "\(execution)" }
        logger.info("begins")
        let begun = clock.now
        let ending = await ending(of: claim, stops: stops, logger: logger)
        logger[metadataKey: "outcome"] = "\(ending.name)"
        logger[metadataKey: "duration_us"] = "\((clock.now - begun).wholeMicroseconds)"
        await record(ending, of: claim, logger: logger)
        running.removeValue(forKey: claim.lease)?.finish()
        post.yield(.ended)
    }

    /// Runs the job's actor beside a listener for the order to stop, which cancels it.
    private func ending(
        of claim: Claim, stops: AsyncStream<StopOrder>, logger: Logger
    ) async -> AttemptEnding<Store> {
        guard let definition = definitions[claim.kind] else {
            return .outcome(.park(reason: "no job of kind \(claim.kind) is in this build"))
        }
        let attempt = Attempt(claim: claim, store: store, logger: logger)
        return await withTaskGroup(of: AttemptEvent<Store>.self) { group in
            group.addTask {
                do {
                    return .ended(.outcome(try await definition.make().run(attempt)))
                } catch is CancellationError {
                    return .ended(.interrupted)
                } catch {
                    return .ended(Task.isCancelled ? .interrupted : .failed(error))
                }
            }
            group.addTask {
                for await order in stops { return .told(order) }
                return .told(.interrupt)
            }
            var isUnwanted = false
            for await event in group {
                group.cancelAll()
                switch event {
                case .told(let order): isUnwanted = order == .cancel
                case .ended(.interrupted): return isUnwanted ? .outcome(.cancel(reason: "cancelled")) : .interrupted
                case .ended(let ending): return ending
                }
            }
            return .interrupted
        }
    }

    /// Tells the store how the attempt ended, again and again while the store cannot be reached: until it answers, or
    /// the attempt's hard deadline lets somebody else take the job anyway.
    private func record(_ ending: AttemptEnding<Store>, of claim: Claim, logger: Logger) async {
        let deadline = clock.now + (definitions[claim.kind]?.deadline ?? settings.liveness.lease)
        var ending = ending
        var limiter = EventLimiter()
        while true {
            do {
                try await recordOnce(ending, of: claim, logger: logger)
                return
            } catch is LeaseLost {
                logger.event(.leaseLost, "the lease was lost; nothing of this attempt was committed after it")
                return
            } catch {
                logger.event(
                    .endNotRecorded, within: &limiter, at: clock.now, "the attempt's end could not be recorded",
                    metadata: ["error": "\(error)"])
                // A completion whose effects cannot be committed is a failed attempt like any other.
                if case .outcome(.done) = ending, FailureClass(of: error) == .refused { ending = .failed(error) }
                guard clock.now < deadline, !isOver, !Task.isCancelled else { return }
                try? await clock.sleep(for: settings.recordRetryPause)
            }
        }
    }

    private func recordOnce(_ ending: AttemptEnding<Store>, of claim: Claim, logger: Logger) async throws {
        let held: Bool
        switch ending {
        case .outcome(.done(let report, let effects)):
            try await store.finish(claim, report: report, effects)
            logger.info("done", metadata: ["totals": "\(report.totals)"])
            held = true
        case .outcome(.snooze(let instant)):
            held = try await store.postpone(claim, until: .at(instant), failure: nil)
            if held { logger.info("sleeps until \(instant.rfc3339)") }
        case .outcome(.park(let reason)):
            held = try await store.park(claim, because: .asked, reason: reason)
            if held {
                logger.event(.jobAsksForPerson, "parked: a person must look", metadata: ["reason": "\(reason)"])
            }
        case .outcome(.cancel(let reason)):
            held = try await store.cancel(claim, reason: reason)
            if held { logger.notice("cancelled", metadata: ["reason": "\(reason)"]) }
        case .interrupted:
            logger.notice("interrupted; it goes on from its last step")
            held = try await store.postpone(claim, until: .after(.zero), failure: nil)
        case .failed(let error):
            held = try await recordFailure(error, of: claim, logger: logger)
        }
        if !held { throw LeaseLost(job: claim.job, lease: claim.lease) }
    }

    private func recordFailure(_ error: any Error, of claim: Claim, logger: Logger) async throws -> Bool {
        if let lost = error as? LeaseLost { throw lost }
        let policy = definitions[claim.kind]?.retry() ?? RetryPolicy()
        let decision = policy.decision(
            after: FailureClass(of: error), failures: claim.failures + 1, money: claim.money,
            chance: Double.random(in: 0..<1))
        let text = "\(error)"
        switch decision {
        case .again(let pause):
            guard try await store.postpone(claim, until: .after(pause), failure: text) else { return false }
            logger.event(
                .attemptFailed, "attempt failed, trying again", metadata: ["error": "\(text)", "after": "\(pause)"])
        case .park:
            let code = FailureClass(of: error) == .refused ? ParkCode.refused : .exhausted
            guard try await store.park(claim, because: code, reason: text) else { return false }
            logger.event(
                .jobParked, "parked: a person must look",
                metadata: ["error": "\(text)", "because": "\(code.rawValue)"])
        case .fail:
            guard try await store.fail(claim, error: text) else { return false }
            logger.event(.jobFailed, "failed", metadata: ["error": "\(text)"])
        }
        return true
    }
}

// MARK: The loops beside the events

extension Dispatcher {
    private func keepBeating() async {
        defer { loops.beat.leave() }
        while !Task.isCancelled {
            loops.beat.wait(for: DispatcherLoops.database)
            do {
                try await beatWatched()
            } catch {
                missBeat("\(error)")
            }
            loops.beat.advance()
            try? await clock.sleep(for: settings.liveness.beat)
        }
    }

    /// A beat that neither comes nor fails must not keep this daemon at work on what others may take.
    private func beatWatched() async throws {
        let limit = settings.liveness.lease / 2
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.beatOnce()
                return true
            }
            group.addTask {
                try? await ContinuousClock().sleep(for: limit)
                if !Task.isCancelled { await self.missBeat("no answer within \(limit)") }
                return false
            }
            defer { group.cancelAll() }
            // Ends with the beat itself, however long that takes: its session is closed when it proves dead.
            while let isBeat = try await group.next(), !isBeat {}
        }
    }

    private func missBeat(_ why: String) {
        logger.event(
            .beatFailed, within: &limiter, at: clock.now, "this daemon could not say that it lives",
            metadata: ["error": "\(why)"])
        if liveness == .stop { stopAll() }
    }

    private func beatOnce() async throws {
        let begun = clock.now
        let life = try await store.beat()
        lastBeat = max(lastBeat, begun)
        mayReap = life.mayReap
        heard = life.next
        lookAgain.raise()
        for lease in life.unwanted { cancel(lease: lease) }
    }

    /// Reaps when a beat heard that there may be something to, and now and then in any case.
    private func keepReaping() async {
        defer { loops.reap.leave() }
        var turn = 0
        while !Task.isCancelled {
            if mayReap || turn % Self.idleTurnsMax == 0 { await reapOnce() }
            turn += 1
            loops.reap.advance()
            try? await clock.sleep(for: settings.liveness.beat * 2)
        }
    }

    private func reapOnce() async {
        loops.reap.wait(for: DispatcherLoops.database)
        do {
            let retaken = try await store.reap()
            guard retaken > 0 else { return }
            logger.event(.jobsRetaken, "retook the jobs of a dead daemon", metadata: ["jobs": "\(retaken)"])
            poke()
        } catch {
            logger.event(
                .reaperFailed, within: &limiter, at: clock.now, "the reaper failed, trying again",
                metadata: ["error": "\(error)"])
        }
    }

    /// Pokes when a job becomes due or is found overdue. Every beat hears of them and has it look again; where they
    /// are rare or fail it asks by itself every `poll`: notifications are a hint.
    private func keepLooking() async {
        defer { loops.look.leave() }
        while !Task.isCancelled {
            var pause = settings.poll
            var isAwaited = false
            if let next = await whatIsNext() {
                if next.isOverdue { poke() }
                if let due = next.due, due - next.now < pause {
                    pause = max(due - next.now, settings.shortestPause)
                    isAwaited = true
                }
            } else {
                poke()
            }
            loops.look.advance()
            let wasWoken = await sleep(for: pause)
            if isAwaited, !wasWoken { poke() }
        }
    }

    /// What a beat has just heard; else what the store says.
    private func whatIsNext() async -> NextDue? {
        if let next = heard {
            heard = nil
            return next
        }
        loops.look.wait(for: DispatcherLoops.database)
        return try? await store.nextDue()
    }

    /// True when a beat ended the sleep before its time.
    private func sleep(for pause: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                try? await ContinuousClock().sleep(for: pause)
                return false
            }
            group.addTask {
                await self.lookAgain.wait()
                return true
            }
            defer { group.cancelAll() }
            return await group.next() ?? true
        }
    }
}

/// Why an attempt is told to stop.
private enum StopOrder: Sendable {
    /// This daemon stops: the job goes on elsewhere, or later.
    case interrupt
    /// An operator no longer wants the job.
    case cancel
}

/// What happens to a running attempt.
private enum AttemptEvent<Store: JobStore>: Sendable {
    case ended(AttemptEnding<Store>)
    case told(StopOrder)
}

/// How an attempt ended, before the store knows of it.
private enum AttemptEnding<Store: JobStore>: Sendable {
    case outcome(JobOutcome<Store.Transaction>)
    case failed(any Error)
    /// Told to stop: the job goes on elsewhere, or later.
    case interrupted

    /// In one word, for the log.
    var name: String {
        switch self {
        case .outcome(.done): "done"
        case .outcome(.snooze): "snoozed"
        case .outcome(.park): "parked"
        case .outcome(.cancel): "cancelled"
        case .failed: "failed"
        case .interrupted: "interrupted"
        }
    }
}
