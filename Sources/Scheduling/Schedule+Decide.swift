import Cron
package import Primitives

extension Schedule {
    /// The first tick after `cursor`; nil when there is none within the horizon of 50 years.
    package func nextDue(after cursor: Instant) -> Instant? {
        expression.next(after: cursor, in: zone)
    }

    /// Decides the ticks in (cursor, now], at most `catchUpLimit` of them, oldest first.
    ///
    /// - Parameter hasUnfinished: whether a run of this schedule has not ended yet; matters to `overlap: skip` alone.
    package func decide(cursor: Instant, now: Instant, hasUnfinished: Bool) -> SchedulePass {
        var due: [CronTick] = []
        var position = cursor
        var next = expression.nextTick(after: position, in: zone)
        while let tick = next, tick.instant <= now, due.count < catchUpLimit {
            due.append(tick)
            position = tick.instant
            next = expression.nextTick(after: position, in: zone)
        }
        let isComplete = next.map { $0.instant > now } ?? true
        let ticks = verdicts(on: due, now: now, isComplete: isComplete, hasUnfinished: hasUnfinished)
        return SchedulePass(ticks: ticks, cursor: position, nextDue: next?.instant)
    }

    private func verdicts(
        on due: [CronTick], now: Instant, isComplete: Bool, hasUnfinished: Bool
    ) -> [Tick] {
        var isBusy = hasUnfinished
        var previous = due.first.flatMap { previousNominal(of: $0) }
        return due.enumerated().map { index, tick in
            let isLatest = isComplete && index == due.count - 1
            let decision = verdict(on: tick, now: now, isLatest: isLatest, isBusy: isBusy)
            if decision == .enqueued { isBusy = true }
            defer { previous = tick.nominal }
            return Tick(
                key: key(of: tick), instant: tick.instant, nominal: tick.nominal, previousNominal: previous,
                decision: decision)
        }
    }

    private func verdict(on tick: CronTick, now: Instant, isLatest: Bool, isBusy: Bool) -> Tick.Decision {
        guard enabled else { return .disabled }
        let lateness = now - tick.instant
        if let maxLateness, lateness > maxLateness { return .missed }
        if lateness > Self.punctuality {
            switch catchUp {
            case .all: break
            case .latest: if !isLatest { return .missed }
            case .none: return .missed
            }
        }
        return overlap == .skip && isBusy ? .overlap : .enqueued
    }

    /// What makes a tick this one: a fixed schedule's nominal time survives a zone file that moves its instant.
    private func key(of tick: CronTick) -> String {
        expression.isFixed ? tick.nominal.description : tick.instant.rfc3339
    }

    /// The nominal time of the tick before `tick`: the last of those found from ever earlier starting points.
    private func previousNominal(of tick: CronTick) -> CivilDateTime? {
        for span in Self.lookBackSpans {
            var found: CronTick?
            var next = expression.nextTick(after: tick.instant - span, in: zone)
            while let candidate = next, candidate.instant < tick.instant {
                found = candidate
                next = expression.nextTick(after: candidate.instant, in: zone)
            }
            if let found { return found.nominal }
        }
        return nil
    }

    /// Ever longer looks back: a tick each minute is found in the first at once, one each leap year in the last.
    private static let lookBackSpans: [Duration] = [
        .seconds(120), .seconds(2 * 3_600), .seconds(2 * 86_400), .seconds(35 * 86_400), .seconds(400 * 86_400),
        .seconds(9 * 366 * 86_400),
    ]
}
