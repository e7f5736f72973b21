import Cron
import Primitives

/// The ticks of a pass while it is made: those that become jobs one by one, the others in stretches.
struct PassDraft {
    private let schedule: Schedule
    private var ticks: [Tick] = []
    /// Ticks that become jobs.
    private(set) var jobs = 0
    /// Where the last of them stands.
    private var lastJob: Int?
    private var stretch: Stretch?
    /// The nominal time of the tick before the next one; unknown before the first.
    private var previous: CivilDateTime?
    private var isFirst = true

    /// Ticks in a row that were decided alike and become no jobs.
    private struct Stretch {
        let decision: Tick.Decision
        let blocker: Int?
        /// Of the tick before the first.
        let previous: CivilDateTime?
        /// As many as may have a row each; the first one always.
        var ticks: [CronTick]
        var count = 1
        var last: CronTick
    }

    init(of schedule: Schedule) {
        self.schedule = schedule
    }

    /// - Parameter following: the instant of the tick after this one.
    mutating func add(_ tick: CronTick, _ decision: Tick.Decision, following: Instant?) {
        if isFirst {
            previous = schedule.previousNominal(of: tick)
            isFirst = false
        }
        defer { previous = tick.nominal }
        guard decision == .enqueued else { return extend(by: tick, decision) }
        close()
        lastJob = ticks.count
        jobs += 1
        ticks.append(entry(tick, decision, previous: previous, following: following))
    }

    /// All of them, oldest first.
    mutating func finish() -> [Tick] {
        close()
        return ticks
    }

    private mutating func extend(by tick: CronTick, _ decision: Tick.Decision) {
        let blocker = decision == .overlap ? lastJob : nil
        if stretch?.decision != decision || stretch?.blocker != blocker {
            close()
            stretch = Stretch(decision: decision, blocker: blocker, previous: previous, ticks: [tick], last: tick)
            return
        }
        stretch?.count += 1
        stretch?.last = tick
        if let count = stretch?.count, count <= schedule.catchUpLimit { stretch?.ticks.append(tick) }
    }

    private mutating func close() {
        guard let stretch else { return }
        self.stretch = nil
        guard stretch.count > schedule.catchUpLimit else {
            var previous = stretch.previous
            for tick in stretch.ticks {
                var entry = entry(tick, stretch.decision, previous: previous)
                entry.blocker = stretch.blocker
                ticks.append(entry)
                previous = tick.nominal
            }
            return
        }
        var entry = entry(stretch.ticks[0], stretch.decision, previous: stretch.previous)
        // Its own, of its first and last: a tick that begins a stretch may come again, after an edit of the zone.
        entry.key += "/" + schedule.key(of: stretch.last)
        entry.blocker = stretch.blocker
        entry.count = stretch.count
        entry.last = stretch.last
        // It would be of the first alone.
        entry.period = nil
        ticks.append(entry)
    }

    private func entry(
        _ tick: CronTick, _ decision: Tick.Decision, previous: CivilDateTime?, following: Instant? = nil
    ) -> Tick {
        let key = schedule.key(of: tick)
        var entry = Tick(
            key: key, instant: tick.instant, nominal: tick.nominal, previousNominal: previous, decision: decision)
        if schedule.money { entry.period = previous.map { schedule.expression.unit.name(of: $0) } }
        if decision == .enqueued, schedule.stagger != nil {
            entry.stagger = schedule.stagger(ofKey: key, at: tick.instant, before: following)
        }
        return entry
    }
}
