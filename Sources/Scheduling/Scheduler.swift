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
    private let change = Signal()
    /// Of what goes wrong again and again while the database is away.
    private var limiter = EventLimiter()

    /// Schedules taken in one statement.
    package static let batchMax = 1_000
    /// The longest sleep: the wall clock may have been stepped, and other daemons may have changed the schedules.
    package static let longestSleep = Duration.seconds(60)
    /// The longest time without a turn of the loop, which may be watched.
    package static let breath = Duration.seconds(5)
    private static let pauseAfterError = Duration.seconds(1)
    private static let pauseAfterLostRace = Duration.milliseconds(20)

    /// - Parameter onEnqueued: called after jobs were committed; must return at once.
    package init(
        store: any TickStore, timer: any WakeTimer, time: any TimeSource,
        progress: LoopProgress = .unwatched, logger: Logger,
        onEnqueued: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.timer = timer
        self.time = time
        self.progress = progress
        self.logger = logger
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
        while !Task.isCancelled {
            let (due, now) = try await store.due(limit: Self.batchMax)
            progress.advance()
            guard !due.isEmpty else { break }
            let passes = due.map {
                ($0, $0.schedule.decide(cursor: $0.cursor, now: now, hasUnfinished: $0.hasUnfinished))
            }
            progress.wait(for: "the database")
            let committed = try await store.commit(passes)
            if committed.enqueued > 0 { onEnqueued() }
            report(passes, committed)
            // Another daemon holds them all: it is deciding the same.
            guard committed.advanced > 0 else { return time.now() + Self.pauseAfterLostRace }
        }
        let (due, now) = try await store.nextDue()
        // The store's clock decides; only the distance to it is taken to this machine's.
        guard let due else { return time.now() + Self.longestSleep }
        return time.now() + max(due - now, .zero)
    }

    private func report(_ passes: [(DueSchedule, SchedulePass)], _ committed: CommittedPasses) {
        guard committed.advanced > 0 else { return }
        if committed.enqueued > 0 {
            logger.info("enqueued what was due", metadata: ["jobs": "\(committed.enqueued)"])
        }
        for (due, pass) in passes {
            let passedOver = pass.ticks.filter { $0.decision == .missed || $0.decision == .overlap }
            guard let first = passedOver.first else { continue }
            logger.event(
                .ticksPassedOver, "ticks were passed over",
                metadata: [
                    "schedule": "\(due.schedule.name)", "count": "\(passedOver.count)", "first": "\(first.nominal)",
                    "why": "\(first.decision.rawValue)",
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
