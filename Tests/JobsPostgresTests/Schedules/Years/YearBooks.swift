import Cron
import Postgres
import Primitives
import Scheduling

/// What was committed in a year, and what is wrong with it.
struct YearBooks {
    /// A schedule, and the ticks that the oracle gives it.
    struct Story {
        let schedule: Schedule
        let unit: PlannedSchedule.Unit?
        let ticks: [WallClock.Tick]
    }

    /// Ticks decided more than once, or that nobody knows of; not at all; before their time.
    private(set) var double = 0
    private(set) var lost = 0
    private(set) var early = 0
    private(set) var ticks = 0
    private(set) var runs = 0
    /// In words.
    private(set) var faults: [String] = []
    /// By schedule and key of what was decided, when the daemon looked that decided it.
    private var looks: [String: [String: Instant]] = [:]

    private static let faultsMax = 20

    mutating func note(_ fault: String) {
        if faults.count < Self.faultsMax { faults.append(fault) }
    }

    mutating func note(_ committed: [(due: DueSchedule, pass: SchedulePass, at: Instant)]) {
        for (due, pass, at) in committed {
            let name = due.schedule.name
            for tick in pass.ticks where looks[name, default: [:]].updateValue(at, forKey: tick.key) != nil {
                double += 1
                note("\(name) \(tick.key) was committed twice")
            }
        }
    }

    /// Compares what the database holds with what it should.
    mutating func close(_ stories: [Story], via pool: PostgresPool) async throws {
        var entries: [String: [TickEntry]] = [:]
        for entry in try await TickEntry.all(via: pool) { entries[entry.schedule, default: []].append(entry) }
        for story in stories { close(story, entries[story.schedule.name] ?? []) }
        let begun = try await pool.value("select count(*) from bursar.run", as: Int.self)
        if begun != runs { note("\(begun) runs of \(runs) ticks") }
        let ended = try await pool.value("select count(*) from bursar.finished_job", as: Int.self)
        if ended != runs { note("\(ended) jobs of \(runs) ticks") }
    }
}

// MARK: One schedule

extension YearBooks {
    private mutating func close(_ story: Story, _ entries: [TickEntry]) {
        let name = story.schedule.name
        let places = Dictionary(uniqueKeysWithValues: story.ticks.enumerated().map { ($1.key, $0) })
        var decided = [Int](repeating: 0, count: story.ticks.count)
        var units: Set<[Int]> = []
        var before: TickEntry?
        for entry in entries {
            guard let place = places[entry.firstKey], place + entry.count <= story.ticks.count else {
                double += 1
                note("\(name) \(entry.key) is no tick of it")
                continue
            }
            for index in place..<(place + entry.count) { decided[index] += 1 }
            check(entry, of: story, at: place)
            guard entry.hasJob else { continue }
            runs += 1
            checkLine(entry, after: before, of: story)
            before = entry
            guard let unit = story.unit else { continue }
            let period = unit.name(of: CivilDateTime(wallSeconds: story.ticks[place].nominal).date)
            if !units.insert(period).inserted {
                double += 1
                note("\(name) \(entry.key) runs a period of money once more")
            }
        }
        ticks += story.ticks.count
        for (tick, count) in zip(story.ticks, decided) where count != 1 {
            if count == 0 { lost += 1 } else { double += 1 }
            note("\(name) \(tick.key) was decided \(count) times")
        }
    }

    /// Its instants, its time, its verdict and its period.
    private mutating func check(_ entry: TickEntry, of story: Story, at place: Int) {
        let (first, last) = (story.ticks[place], story.ticks[place + entry.count - 1])
        let name = "\(story.schedule.name) \(entry.key)"
        if entry.instant != first.instant || entry.lastInstant ?? entry.instant != last.instant {
            note("\(name) is at another instant")
        }
        if entry.key != (entry.count == 1 ? first.key : "\(first.key)/\(last.key)") {
            note("\(name) stands for \(entry.count) ticks up to \(last.key)")
        }
        if entry.decidedAt < last.instant || (entry.run.map { $0.begun < last.instant } ?? false) {
            early += 1
            note("\(name) was decided at \(entry.decidedAt.rfc3339), before its time")
        }
        for index in Set([place, place + entry.count - 1]) {
            if let fault = verdictFault(entry, of: story, at: index) { note("\(name) is \(entry.decision): \(fault)") }
        }
        guard let run = entry.run else {
            if entry.hasJob { note("\(name) has a job and no run") }
            return
        }
        if run.nominal != first.nominal || first.previous.map({ $0 != run.previous }) ?? false {
            note("\(name) was run for another period")
        }
        if run.ended == nil { note("\(name) has a run that never ended") }
    }

    /// The law's verdict on one tick, by when it was looked at.
    private func verdictFault(_ entry: TickEntry, of story: Story, at index: Int) -> String? {
        let (schedule, tick) = (story.schedule, story.ticks[index])
        guard let look = looks[schedule.name]?[entry.key] else {
            return entry.decision == "edited" ? nil : "nobody decided it"
        }
        let lateness = look - tick.instant
        let isNewest = index + 1 == story.ticks.count || story.ticks[index + 1].instant > look
        let isTooLate = schedule.maxLateness.map { lateness > $0 } ?? false
        let isUnwanted = schedule.catchUp == .none || schedule.catchUp == .latest && !isNewest
        let isMissed = isTooLate || lateness > .seconds(60) && isUnwanted
        switch entry.decision {
        case "enqueued": return isMissed ? "too late for that" : nil
        case "missed": return isMissed ? nil : "it was in time"
        case "settled": return schedule.money && entry.hasBlocker ? nil : "no other run of its period"
        case "overlap":
            if schedule.overlap != .skip || isMissed { return "nothing is skipped so" }
            let wasBusy = entry.blockerEnded.map { $0 + LivedYear.setBackMax >= look } ?? true
            return entry.hasBlocker && wasBusy ? nil : "nothing was in its way"
        default: return "no such verdict is possible"
        }
    }

    /// Runs that take their turn begin when the one before has ended; one that skips was not even decided sooner. A
    /// clock that was set back between the two tells less.
    private mutating func checkLine(_ entry: TickEntry, after before: TickEntry?, of story: Story) {
        guard let ended = before?.run?.ended, let run = entry.run, story.schedule.overlap != .allow else { return }
        let name = "\(story.schedule.name) \(entry.key)"
        if let started = run.started, started + LivedYear.setBackMax < ended {
            note("\(name) ran before the one before it had ended")
        }
        guard story.schedule.overlap == .skip, let look = looks[story.schedule.name]?[entry.key] else { return }
        if look + LivedYear.setBackMax < ended { note("\(name) was not skipped, and one was unfinished") }
    }
}
