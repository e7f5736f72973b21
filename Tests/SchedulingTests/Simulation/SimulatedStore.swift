import Cron
import Primitives
import Scheduling

/// The store of ticks as a value: what its one statement does, without a database.
struct SimulatedStore {
    struct Row {
        let id: Int64
        var schedule: Schedule
        var cursor: Instant
        var wall: CivilDateTime?
        var nextDue: Instant?
        var revision: Int64 = 1
        var isPaused = false
        /// The job of the run that has not ended.
        var unfinished: Int64?
        /// Keys that were decided, and how many ticks they stand for.
        var keys: Set<String> = []
        var jobs: Set<String> = []
        var periods: [String: Int64] = [:]
        /// Its zone was edited, or its files were: a local time may come a second time, and is passed over.
        var mayRepeat = false
        var decided = 0

        var place: TickOracle.Place { TickOracle.Place(cursor: cursor, wall: wall) }

        init(_ id: Int64, _ schedule: Schedule, at now: Instant) {
            self.id = id
            self.schedule = schedule
            cursor = now
            begin(at: now)
        }

        /// Goes on from an instant, as after an edit.
        mutating func begin(at instant: Instant) {
            cursor = instant
            wall = schedule.expression.isFixed ? schedule.zone.wallReached(by: instant) : nil
            nextDue = schedule.nextDue(after: cursor, wall: wall)
        }
    }

    var rows: [Row] = []
    var holds = 0
    var isHeld = false
    private var lastJob: Int64 = 0

    /// Which of these schedules are due, with the zones of who asks.
    func due(at now: Instant, zones: [Zone]) -> [DueSchedule] {
        rows.indices.compactMap { index in
            let row = rows[index]
            guard let nextDue = row.nextDue, nextDue <= now, mayMove(row) else { return nil }
            var schedule = row.schedule
            if let zone = zones.first(where: { $0 == schedule.zone }) { schedule.zone = zone }
            return DueSchedule(
                id: row.id, schedule: schedule, cursor: row.cursor, wall: row.wall, revision: row.revision,
                unfinished: row.schedule.overlap == .skip ? row.unfinished : nil)
        }
    }

    /// Moves the cursor from the value that was decided from and takes the ticks. False: too late.
    mutating func commit(_ due: DueSchedule, _ pass: SchedulePass) throws(Broken) -> Bool {
        let index = Int(due.id)
        let row = rows[index]
        guard row.cursor == due.cursor, row.wall == due.wall, row.revision == due.revision, mayMove(row) else {
            return false
        }
        guard pass.cursor >= row.cursor else { throw Broken("the cursor goes back") }
        rows[index].cursor = pass.cursor
        rows[index].wall = pass.wall
        rows[index].nextDue = pass.nextDue
        for tick in pass.ticks { try take(tick, index) }
        return true
    }

    private mutating func take(_ tick: Tick, _ index: Int) throws(Broken) {
        guard rows[index].keys.insert(tick.key).inserted else {
            guard rows[index].mayRepeat else { throw Broken("\(tick.key) is decided twice") }
            return
        }
        rows[index].decided += tick.count
        guard tick.decision == .enqueued else { return }
        lastJob += 1
        if let period = tick.period {
            guard rows[index].periods[period] == nil else { return }
            rows[index].periods[period] = lastJob
        }
        guard rows[index].jobs.insert(tick.key).inserted else { throw Broken("\(tick.key) has two jobs") }
        if rows[index].schedule.overlap != .allow { rows[index].unfinished = lastJob }
    }

    private func mayMove(_ row: Row) -> Bool { !row.isPaused && !(isHeld && row.schedule.money) }
}

/// A law that does not hold.
struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
