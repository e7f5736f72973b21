import Events
import Logging
import Primitives

/// The loops beside the events.
extension Dispatcher {
    func keepBeating() async {
        defer { loops.beat.leave() }
        while !Task.isCancelled {
            loops.beat.wait(for: DispatcherLoops.database)
            do {
                try await beatWatched()
            } catch {
                missBeat("\(error)")
            }
            giveBackLate()
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
        if liveness == .stop {
            batches.hold()
            stopAll()
        }
    }

    func beatOnce() async throws {
        let begun = clock.now
        let life = try await store.beat()
        lastBeat = max(lastBeat, begun)
        if liveness == .proceed { batches.release() }
        mayReap = life.mayReap
        heard = life.next
        lookAgain.raise()
        for attempt in life.unwanted { cancel(attempt) }
    }

    /// Reaps when a beat heard that there may be something to, and now and then in any case.
    func keepReaping() async {
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
    func keepLooking() async {
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
            if let opening, opening - clock.now < pause {
                pause = max(opening - clock.now, settings.shortestPause)
                isAwaited = true
            }
            opening = nil
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
