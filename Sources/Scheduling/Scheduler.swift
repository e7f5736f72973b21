import Events
package import Logging
package import Primitives

/// Wakes when a tick is due, decides it, and has it committed. Never runs a job, and never gives up on a bad database.
package actor Scheduler {
    private let store: any TickStore
    private let timer: any WakeTimer
    private let time: any TimeSource
    private let progress: LoopProgress
    private let logger: Logger
    private let onEnqueued: @Sendable () -> Void
    private let clock: (any MachineClock)?
    private let jumpLimit: @Sendable () -> Duration
    private let change = Signal()
    /// Of what goes wrong again and again while the database is away.
    private var limiter = EventLimiter()
    private var watch = ClockWatch()
    /// What is due next, decided already, so that only its commit is left to do then.
    private var foreseen: (passes: [(DueSchedule, SchedulePass)], wake: Instant)?
    private var machineDrift = ClockDrift()

    /// Schedules taken in one statement.
    package static let batchMax = 2_000
    /// Schedules that are committed in two transactions side by side.
    package static let crowdMin = 200
    /// Rows of ticks after which a pass takes up no further schedule: the others are due again at once.
    package static let ticksMax = 2_000
    /// The longest sleep: the wall clock may have been stepped, and other daemons may have changed the schedules.
    package static let longestSleep = Duration.seconds(60)
    /// How late a pass may be committed that was decided before its time.
    package static let foresightLimit = Duration.seconds(5)
    /// The longest time without a turn of the loop, which may be watched.
    package static let breath = Duration.seconds(5)
    private static let pauseAfterError = Duration.seconds(1)
    private static let pauseAfterLostRace = Duration.milliseconds(20)

    /// - Parameters:
    ///   - clock: compared with the store's, whose jumps hold what moves money; nil: the store's clock is trusted.
    ///   - jumpLimit: asked at each look: how far the store's clock may run ahead.
    ///   - onEnqueued: called after jobs were committed; must return at once.
    package init(
        store: any TickStore, timer: any WakeTimer, time: any TimeSource, clock: (any MachineClock)? = nil,
        jumpLimit: @escaping @Sendable () -> Duration = { ClockWatch.limitStandard },
        progress: LoopProgress = .unwatched, logger: Logger,
        onEnqueued: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.timer = timer
        self.time = time
        self.progress = progress
        self.logger = logger
        self.clock = clock
        self.jumpLimit = jumpLimit
        self.onEnqueued = onEnqueued
    }

    /// The schedules changed: look again instead of sleeping on.
    package nonisolated func reconsider() {
        change.raise()
    }

    /// Runs until cancelled.
    package func run() async {
        defer { progress.leave() }
        while !Task.isCancelled {
            let wake: Instant
            progress.wait(for: "the database")
            do {
                wake = try await pass()
            } catch {
                logger.event(
                    .schedulesNotRead, within: &limiter, "the schedules could not be read; trying again",
                    metadata: ["error": "\(error)"])
                wake = time.now() + Self.pauseAfterError
            }
            await sleep(until: min(wake, time.now() + Self.longestSleep))
        }
    }

    /// Decides everything that is due now. Returns when to look again, by this machine's clock.
    package func pass() async throws -> Instant {
        try await commitForeseen()
        while !Task.isCancelled {
            let asked = clock?.sinceBoot
            let (due, now) = try await store.due(limit: Self.batchMax)
            progress.advance()
            try await heedJump(in: reading(now, since: asked))
            guard !due.isEmpty else { break }
            let passes = decide(due, now: now)
            progress.wait(for: "the database")
            let committed = try await commit(passes)
            // Another daemon holds them all: it is deciding the same.
            guard committed.advanced > 0 else { return time.now() + Self.pauseAfterLostRace }
        }
        let asked = clock?.sinceBoot
        let outlook = try await store.outlook()
        if try await heedHold(outlook, reading(outlook.now, since: asked)) { return time.now() }
        // The store's clock decides; only the distance to it is taken to this machine's.
        guard let due = outlook.due else { return time.now() + Self.longestSleep }
        let wake = time.now() + max(due - outlook.now, .zero)
        if due > outlook.now, due - outlook.now <= Self.longestSleep { try await foresee(due, waking: wake) }
        return wake
    }

    /// Decides what will be due, except what depends on whether a run ends until then.
    private func foresee(_ due: Instant, waking wake: Instant) async throws {
        let upcoming = try await store.upcoming(at: due, limit: Self.batchMax)
        let passes = decide(upcoming.filter { $0.schedule.overlap != .skip }, now: due)
        if !passes.isEmpty { foreseen = (passes, wake) }
    }

    /// Commits what was foreseen, if its time has come; whatever has changed since is decided anew.
    private func commitForeseen() async throws {
        guard let (passes, wake) = foreseen else { return }
        foreseen = nil
        guard time.now() >= wake else { return }
        _ = try await commit(passes, within: min(Self.foresightLimit, jumpLimit()))
        progress.advance()
    }

    /// Commits a crowd in two halves side by side, each in its own transaction; one that fails undoes nothing of the
    /// other.
    private func commit(
        _ passes: [(DueSchedule, SchedulePass)], within lateness: Duration? = nil
    ) async throws -> CommittedPasses {
        guard passes.count >= Self.crowdMin else { return try await commitAtOnce(passes, within: lateness) }
        let half = passes.count / 2
        async let front = commitAtOnce(Array(passes[..<half]), within: lateness)
        async let back = commitAtOnce(Array(passes[half...]), within: lateness)
        var (committed, failure): (CommittedPasses?, (any Error)?)
        do { committed = try await front } catch { failure = error }
        do {
            let other = try await back
            committed = committed.map { $0 + other } ?? other
        } catch { failure = error }
        if let failure { throw failure }
        return committed ?? CommittedPasses(advanced: 0, enqueued: 0)
    }

    private func commitAtOnce(
        _ passes: [(DueSchedule, SchedulePass)], within lateness: Duration?
    ) async throws -> CommittedPasses {
        let committed = try await store.commit(passes, within: lateness)
        if committed.enqueued > 0 { onEnqueued() }
        report(passes, committed)
        return committed
    }

    /// Decides them in their order until the pass has its fill of ticks.
    private func decide(_ due: [DueSchedule], now: Instant) -> [(DueSchedule, SchedulePass)] {
        var passes: [(DueSchedule, SchedulePass)] = []
        var (rows, ticks) = (0, 0)
        for schedule in due where rows < Self.ticksMax && ticks < Schedule.surveyMax {
            let pass = schedule.decide(now: now)
            progress.advance()
            rows += pass.ticks.count
            ticks += Tick.count(of: pass.ticks)
            passes.append((schedule, pass))
        }
        return passes
    }

    private func report(_ passes: [(DueSchedule, SchedulePass)], _ committed: CommittedPasses) {
        guard committed.advanced > 0 else { return }
        if committed.enqueued > 0 {
            logger.info("enqueued what was due", metadata: ["jobs": "\(committed.enqueued)"])
        }
        let names = Dictionary(passes.map { ($0.0.id, $0.0.schedule.name) }, uniquingKeysWith: { first, _ in first })
        for tick in committed.settled {
            logger.event(
                .tickSettled, "a tick was passed over: its period was run already",
                metadata: [
                    "schedule": "\(names[tick.schedule] ?? "")", "tick": "\(tick.key)", "job": "\(tick.job)",
                ])
        }
        for tick in committed.repeated {
            logger.event(
                .ticksPassedOver, "a tick was passed over: its local time was decided before",
                metadata: [
                    "schedule": "\(names[tick.schedule] ?? "")", "count": "1", "first": "\(tick.key)",
                    "why": "repeated",
                ])
        }
        for (due, pass) in passes where !committed.lost.contains(due.id) {
            let passedOver = pass.ticks.filter { $0.decision == .missed || $0.decision == .overlap }
            guard let first = passedOver.first else { continue }
            logger.event(
                .ticksPassedOver, "ticks were passed over",
                metadata: [
                    "schedule": "\(due.schedule.name)", "count": "\(Tick.count(of: passedOver))",
                    "first": "\(first.nominal)", "why": "\(first.decision.rawValue)",
                ])
        }
    }

    /// Sleeps until the wall clock says so or the schedules change, breath by breath; never longer than the longest
    /// sleep of elapsed time, nor on past a step back of the wall clock, which `wake` was not made for.
    private func sleep(until wake: Instant) async {
        let clock = ContinuousClock()
        let latest = clock.now + Self.longestSleep
        var before = time.now()
        while !Task.isCancelled {
            progress.advance()
            let now = time.now()
            guard now >= before, clock.now < latest else { return }
            before = now
            if await breathe(until: min(wake, now + Self.breath)) || time.now() >= wake { return }
        }
    }

    /// True when the schedules changed meanwhile.
    private func breathe(until breath: Instant) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.timer.sleep(until: breath)
                return false
            }
            // A wall timer set before a step back would sleep for the step as well.
            group.addTask {
                try? await ContinuousClock().sleep(for: Self.breath)
                return false
            }
            group.addTask { await self.change.wait() }
            var hasChanged = await group.next() ?? false
            group.cancelAll()
            for await changed in group where changed { hasChanged = true }
            return hasChanged
        }
    }
}

// MARK: The clock

extension Scheduler {
    private func reading(_ wall: Instant, since asked: Duration?) -> ClockReading? {
        guard let clock, let asked else { return nil }
        return ClockReading(wall: wall, boot: asked...max(asked, clock.sinceBoot))
    }

    /// Has what moves money held, before anything is decided by a clock that jumped.
    private func heedJump(in reading: ClockReading?) async throws {
        guard let reading else { return }
        tellOfMachine()
        if case .back(let step) = watch.observe(reading, limit: jumpLimit()), step > ClockWatch.backTold {
            logger.event(
                .clockSetBack, "the database's clock went back; nothing is run again",
                metadata: ["by_seconds": "\(Int(step.inSeconds))", "now": "\(reading.wall)"])
        }
        guard let jump = watch.untold else { return }
        if try await store.hold(becauseOf: jump, newerThan: watch.newestKnown) {
            logger.event(
                .clockJumped, "the database's clock jumped forward: schedules of money are held",
                metadata: ["by_seconds": "\(Int(jump.inSeconds))", "now": "\(reading.wall)"])
        }
        watch.tell()
    }

    /// True when a hold ended just now, so that there may be something due.
    private func heedHold(_ outlook: TickOutlook, _ reading: ClockReading?) async throws -> Bool {
        guard let reading, let clock else { return false }
        let finding = watch.observe(reading, limit: jumpLimit())
        let local = ClockWatch.LocalClock(wall: time.now(), isSynchronised: clock.isSynchronised)
        guard let release = watch.heed(outlook.hold, finding, reading, local: local), let hold = outlook.hold,
            try await store.release(hold, because: release.reason)
        else { return false }
        logger.event(
            .clockHoldEnded, "schedules of money go on: \(release.reason)", metadata: ["since": "\(hold.beganAt)"])
        return true
    }

    /// This machine's own clock decides nothing, but names runs and shows in the log.
    private func tellOfMachine() {
        guard let clock else { return }
        let asked = clock.sinceBoot
        let reading = ClockReading(wall: time.now(), boot: asked...max(asked, clock.sinceBoot))
        guard case .forward(let jump) = machineDrift.observe(reading, limit: jumpLimit()) else { return }
        machineDrift.accept(reading)
        logger.event(
            .machineClockJumped, "this machine's clock jumped forward",
            metadata: ["by_seconds": "\(Int(jump.inSeconds))", "now": "\(reading.wall)"])
    }
}
