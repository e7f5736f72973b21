package import Cron
package import Primitives

extension Schedule {
    /// How many ticks one pass looks at. A minute's schedule that was away for two years needs eleven passes.
    package static let surveyMax = 100_000
    /// The most rows of what an edit passed over.
    private static let editedRowsMax = 1_000

    /// When the first tick that is not decided yet is due; nil when there is none within the horizon of 50 years.
    ///
    /// - Parameter wall: of a fixed schedule, the local time up to which all is decided. Nil: what a wall had reached.
    package func nextDue(after cursor: Instant, wall: CivilDateTime? = nil) -> Instant? {
        TickWalk(of: self, cursor: cursor, wall: wall).due
    }

    /// Decides the ticks in (cursor, now], oldest first: at most `catchUpLimit` that become jobs. Of those that become
    /// none, more than `catchUpLimit` in a row that were decided alike are one entry, which counts them.
    ///
    /// - Parameter hasUnfinished: whether a run of this schedule has not ended yet; matters to `overlap: skip` alone.
    package func decide(
        cursor: Instant, wall: CivilDateTime? = nil, now: Instant, hasUnfinished: Bool
    ) -> SchedulePass {
        var walk = TickWalk(of: self, cursor: cursor, wall: wall)
        var draft = PassDraft(of: self)
        var surveyed = 0
        while let tick = walk.upcoming, tick.instant <= now, surveyed < Self.surveyMax, draft.jobs < jobsMax {
            walk.take()
            let following = walk.upcoming?.instant
            let decision = verdict(
                on: tick, now: now, isLatest: following.map { $0 > now } ?? true,
                isBusy: hasUnfinished || draft.jobs > 0)
            draft.add(tick, decision, following: following)
            surveyed += 1
        }
        return SchedulePass(ticks: draft.finish(), cursor: walk.cursor, wall: walk.wall, nextDue: walk.due)
    }

    /// Jobs that one pass makes. Of money that skips overlaps one: only the store can tell whether a tick became a job,
    /// or its period was run already, and what is no job is in the way of no other tick.
    private var jobsMax: Int { money && overlap == .skip ? 1 : catchUpLimit }

    /// The undecided ticks up to `now` of a rule that is no more: an edit passes them over, and says so.
    package func passOver(cursor: Instant, wall: CivilDateTime?, now: Instant) -> [Tick] {
        var walk = TickWalk(of: self, cursor: cursor, wall: wall)
        var ticks: [Tick] = []
        while let first = walk.upcoming, first.instant <= now, ticks.count < Self.editedRowsMax {
            var draft = PassDraft(of: self)
            var surveyed = 0
            while let tick = walk.upcoming, tick.instant <= now, surveyed < Self.surveyMax {
                walk.take()
                draft.add(tick, .edited, following: walk.upcoming?.instant)
                surveyed += 1
            }
            ticks += draft.finish()
        }
        return ticks
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
    package func key(of tick: CronTick) -> String {
        expression.isFixed ? tick.nominal.description : tick.instant.rfc3339
    }

    /// The nominal time of the tick before `tick`: the last of those found from ever earlier starting points.
    func previousNominal(of tick: CronTick) -> CivilDateTime? {
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
