import Cron
import Primitives
import Scheduling

/// Says which ticks lie between two places of a schedule, without `decide` and without a walk over ticks.
enum TickOracle {
    /// How far a schedule is decided.
    struct Place {
        var cursor: Instant
        /// Of a fixed schedule.
        var wall: CivilDateTime?
    }

    /// What a pass must have taken.
    struct Expected {
        var count = 0
        var first: String?
        var keys: [String] = []
    }

    /// Longer spans are told by their count and their first.
    private static let keysMax = 100

    /// What is wrong with a pass; nil when it took all of its span, in order, each once, none before its time, each
    /// with the verdict that it deserves, and gave up neither early nor for ever.
    static func fault(in pass: SchedulePass, of due: DueSchedule, at now: Instant) -> String? {
        let end = Place(cursor: pass.cursor, wall: pass.wall)
        let expected = ticks(of: due.schedule, after: Place(cursor: due.cursor, wall: due.wall), through: end)
        let taken = Tick.count(of: pass.ticks)
        if taken != expected.count { return "it took \(taken) ticks of \(expected.count)" }
        // A stretch is named after its first and its last.
        let first = pass.ticks.first.map { $0.count > 1 ? String($0.key.prefix { $0 != "/" }) : $0.key }
        if first != expected.first { return "it began with \(pass.ticks.first?.key ?? "none")" }
        if pass.ticks.allSatisfy({ $0.count == 1 }), expected.count <= keysMax, pass.ticks.map(\.key) != expected.keys {
            return "it took \(pass.ticks.map(\.key)) in the place of \(expected.keys)"
        }
        if let early = pass.ticks.first(where: { ($0.last?.instant ?? $0.instant) > now }) {
            return "\(early.key) is before its time"
        }
        let next = instant(after: end, of: due.schedule)
        if pass.nextDue != next.map({ max($0, Instant(microseconds: pass.cursor.microseconds + 1)) }) {
            return "it is due at \(pass.nextDue?.rfc3339 ?? "no time"), its next tick at \(next?.rfc3339 ?? "none")"
        }
        let jobs = pass.ticks.count { $0.decision == .enqueued }
        // Of money that skips overlaps the next pass sees whether it was a job.
        let jobsMax = due.schedule.money && due.schedule.overlap == .skip ? 1 : due.schedule.catchUpLimit
        if jobs > jobsMax { return "more jobs than one pass makes" }
        let isDone = next.map { $0 > now } ?? true
        if !isDone, jobs < jobsMax, taken < Schedule.surveyMax { return "it gave up early" }
        return verdictFault(in: pass, of: due, at: now, isDone: isDone)
    }

    /// What is wrong with what an edit passed over: it must be all that was due and undecided, and nothing else.
    static func fault(inEdit ticks: [Tick], of schedule: Schedule, after place: Place, at now: Instant) -> String? {
        let reached = schedule.zone.wallReached(by: now)
        let end = Place(cursor: max(place.cursor, now), wall: place.wall.map { max($0, reached) })
        let expected = Self.ticks(of: schedule, after: place, through: end)
        if Tick.count(of: ticks) != expected.count { return "it passed over \(ticks.map(\.key)), not \(expected)" }
        return ticks.allSatisfy { $0.decision == .edited } ? nil : "what is passed over says something else"
    }

    /// The instant of the first tick after a place.
    static func instant(after place: Place, of schedule: Schedule) -> Instant? {
        guard schedule.expression.isFixed, let wall = place.wall else {
            return schedule.expression.next(after: place.cursor, in: schedule.zone)
        }
        return schedule.expression.nextTick(after: Instant(seconds: wall.wallSeconds), in: .utc).map {
            schedule.zone.instant(of: $0.nominal)
        }
    }

    /// The ticks after one place, up to another.
    private static func ticks(of schedule: Schedule, after begin: Place, through end: Place) -> Expected {
        var expected = Expected()
        if schedule.expression.isFixed, let end = end.wall {
            let begin = begin.wall ?? schedule.zone.wallReached(by: begin.cursor)
            // Local times as a wall without shifts has them; those that land on one instant are one tick.
            var landing: Instant?
            var wall = Instant(seconds: begin.wallSeconds)
            while let next = schedule.expression.nextTick(after: wall, in: .utc), next.nominal <= end {
                wall = next.instant
                let instant = schedule.zone.instant(of: next.nominal)
                if instant == landing { continue }
                landing = instant
                expected.add(next.nominal.description)
            }
        } else {
            var cursor = begin.cursor
            while let next = schedule.expression.next(after: cursor, in: schedule.zone), next <= end.cursor {
                cursor = next
                expected.add(next.rfc3339)
            }
        }
        return expected
    }
}

// MARK: Verdicts

extension TickOracle {
    private static func verdictFault(
        in pass: SchedulePass, of due: DueSchedule, at now: Instant, isDone: Bool
    ) -> String? {
        let schedule = due.schedule
        var isBusy = due.hasUnfinished
        for (index, tick) in pass.ticks.enumerated() {
            let isNewest = isDone && index == pass.ticks.count - 1
            // Of a stretch the last is the least late.
            for instant in [tick.instant, tick.last?.instant].compactMap({ $0 }) {
                let right = verdict(
                    schedule, lateness: now - instant, isNewest: isNewest && instant == (tick.last?.instant ?? instant),
                    isBusy: isBusy)
                if right != tick.decision { return "\(tick.key) is \(tick.decision), and should be \(right)" }
            }
            if tick.decision == .enqueued {
                if tick.count > 1 { return "a stretch became a job" }
                isBusy = true
            }
        }
        return nil
    }

    /// The law's table of missed ticks and of overlaps.
    private static func verdict(
        _ schedule: Schedule, lateness: Duration, isNewest: Bool, isBusy: Bool
    ) -> Tick.Decision {
        if !schedule.enabled { return .disabled }
        let isUnwantedLate =
            switch schedule.catchUp {
            case .all: false
            case .latest: !isNewest
            case .none: true
            }
        if lateness > .seconds(60), isUnwantedLate { return .missed }
        if let most = schedule.maxLateness, lateness > most { return .missed }
        return schedule.overlap == .skip && isBusy ? .overlap : .enqueued
    }
}

extension TickOracle.Expected {
    fileprivate mutating func add(_ key: String) {
        count += 1
        if first == nil { first = key }
        if keys.count <= 100 { keys.append(key) }
    }
}
