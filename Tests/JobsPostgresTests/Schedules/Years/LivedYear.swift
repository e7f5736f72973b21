import Cron
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport

/// A year of schedules on a real database under a clock that is moved: two daemons that look, race, are late or away,
/// runs that end well, badly or not for days, operators who pause, resume, edit and reload, a clock that is set back
/// and one that is held for.
struct LivedYear {
    /// What of the plan is in force.
    private struct Lot {
        let plan: PlannedSchedule
        let wall: WallClock
        var rhythm = 0
        /// Since when each rhythm holds.
        var eras: [(rhythm: Int, since: Instant)]
    }

    /// A pass that a daemon has decided, with the instant at which it looked.
    private typealias Decided = (due: DueSchedule, pass: SchedulePass, at: Instant)

    /// How far behind its latest the clock may be set.
    static let setBackMax = Duration.seconds(3 * 3_600)
    private static let length = Duration.seconds(365 * 86_400)
    private static let firstYear = 2_009
    private static let years = 32
    private static let roundsMax = 2_000

    private var random: RandomNumbers
    private let engines: [TestEngine]
    private let begin: Instant
    private var lots: [Lot]
    /// The latest that the clock ever showed.
    private var latest: Instant
    private var pending: [[Decided]] = [[], []]
    private var open: [(engine: Int, claim: Claim)] = []
    private var isResting = false
    private(set) var books = YearBooks()

    private var time: ManualTime { engines[0].time }
    private var now: Instant { time.now() }
    private var end: Instant { begin + Self.length }

    init(seed: UInt64, _ engines: [TestEngine]) async throws {
        var random = RandomNumbers(seed: seed)
        let year = Self.firstYear + random.below(Self.years)
        let begin = Instant(seconds: Int64((year - 1_970) * 365 + (year - 1_969) / 4 + random.below(365)) * 86_400)
        var lots: [Lot] = []
        for plan in try PlannedSchedule.all() {
            let wall = try await WallClock(
                plan.schedule.zone.identifier, from: begin, through: begin + Self.length + Self.length / 8,
                via: engines[0].pool)
            lots.append(Lot(plan: plan, wall: wall, eras: [(0, begin)]))
        }
        self.random = random
        self.engines = engines
        self.begin = begin
        self.lots = lots
        latest = begin
        time.set(to: begin)
        try await apply()
    }

    /// Lives through the year, lets all come to rest, and closes the books.
    mutating func run() async throws {
        while now < end {
            try await pass(time: pause())
            try await disturb()
            try await decide()
            try await work()
        }
        try await rest()
        let stories = lots.map { lot in
            let ticks = lot.eras.indices.flatMap { index in
                let next = index + 1 < lot.eras.count ? lot.eras[index + 1].since : latest
                let era = lot.eras[index]
                return lot.wall.ticks(of: lot.plan.rhythms[era.rhythm], after: era.since, through: next)
            }
            return YearBooks.Story(schedule: lot.plan.schedule, unit: lot.plan.unit, ticks: ticks)
        }
        try await books.close(stories, via: engines[0].pool)
    }

    private func apply() async throws {
        let registry = ScheduleRegistry(pool: engines[0].pool, time: time)
        _ = try await registry.apply(lots.map { try $0.plan.rule($0.rhythm) })
    }
}

// MARK: Time

extension LivedYear {
    /// How long until the next step; none when it goes by what is due next.
    private mutating func pause() -> Duration? {
        switch random.below(200) {
        // An outage of weeks, of hours or days; a clock that is set back.
        case 0: .seconds(86_400 * (1 + random.below(21)))
        case 1...3: .seconds(3_600 * (1 + random.below(48)))
        case 4 where now >= latest: .seconds(0) - Self.setBackMax / (1 + random.below(9))
        case 5...90: nil
        default: .seconds(random.below(16 * 3_600))
        }
    }

    private mutating func pass(time pause: Duration?) async throws {
        if let pause {
            time.advance(by: pause)
        } else {
            let due = try await engines[0].ticks.outlook().due
            // On the dot, within a minute, or a little later.
            let late = Duration.seconds(random.below(3) * random.below(50))
            try await foresee(due, late: late, engines[random.below(2)])
        }
        if now > end { time.set(to: end) }
        latest = max(latest, now)
    }

    /// Goes on to what is due next; half the time a daemon has decided that before, and commits it then.
    private mutating func foresee(_ due: Instant?, late: Duration, _ engine: TestEngine) async throws {
        guard let due, due > now, due + late <= end, random.below(2) == 0 else {
            return time.set(to: max(due ?? now, now) + late)
        }
        let decided = try await engine.ticks.upcoming(at: due, limit: 1_000).filter { $0.schedule.overlap != .skip }
            .map { ($0, $0.decide(now: due), due) }
        if random.below(4) == 0, try await !Self.commit(decided, engine, within: .zero).isEmpty {
            books.note("what is due at \(due.rfc3339) was committed at \(now.rfc3339)")
        }
        time.set(to: due + late)
        try await books.note(Self.commit(decided, engine, within: Scheduler.foresightLimit))
    }
}

// MARK: What operators do

extension LivedYear {
    private mutating func disturb() async throws {
        let engine = engines[random.below(2)]
        let name = random.pick(lots).plan.schedule.name
        switch random.below(60) {
        case 0: _ = try await engine.schedules.pause(name, by: .by(because: "a look at it"))
        case 1: try await holdClock(engine)
        case 2: try await edit()
        case 3: try await apply()
        case 4:
            let moved = try await ScheduleRegistry(pool: engine.pool, time: time).reckon()
            if !moved.isEmpty { books.note("nothing changed, and it was due at another time: \(moved)") }
        case 5...8: try await releaseClock(engine)
        case 9...12: try await freeParked(engine)
        case 13...24: try await resumeAll(engine, chance: 3)
        default: break
        }
    }

    private func holdClock(_ engine: TestEngine) async throws {
        let known = try await engine.ticks.outlook().hold?.id ?? 0
        _ = try await engine.ticks.hold(becauseOf: .seconds(3_600), newerThan: known)
    }

    private func releaseClock(_ engine: TestEngine) async throws {
        guard let hold = try await engine.ticks.outlook().hold, hold.isOpen else { return }
        _ = try await engine.ticks.release(hold, because: "it is right")
    }

    /// Another rhythm for one schedule, unless the clock stands behind what was decided.
    private mutating func edit() async throws {
        let index = random.below(lots.count)
        guard now >= latest, lots[index].plan.rhythms.count > 1 else { return }
        lots[index].rhythm = 1 - lots[index].rhythm
        lots[index].eras.append((lots[index].rhythm, now))
        try await apply()
    }

    private mutating func resumeAll(_ engine: TestEngine, chance: Int) async throws {
        for lot in lots where random.below(chance) == 0 {
            _ = try await engine.schedules.resume(lot.plan.schedule.name, by: .by(because: "seen to"))
        }
    }

    /// A person has parked jobs tried again.
    private func freeParked(_ engine: TestEngine) async throws {
        var rows = try await engine.pool.query("select id from bursar.job where state = 'parked' order by id")
        for index in rows.indices {
            _ = try await engine.jobs.retry(rows[index].next(), by: .by(because: "seen to"))
        }
    }
}

// MARK: Ticks

extension LivedYear {
    private mutating func decide() async throws {
        for index in engines.indices where random.below(3) != 0 { try await commitLate(index) }
        let first = random.below(2)
        switch random.below(10) {
        // Nobody looks; one looks, and is late with its commit.
        case 0: break
        case 1: pending[first] += try await Self.look(engines[first])
        // What was decided comes twice.
        case 2:
            let decided = try await Self.look(engines[first])
            try await books.note(Self.commit(decided, engines[first]))
            let again = try await Self.commit(decided, engines[first])
            if !again.isEmpty { books.note("the same passes were committed twice: \(again.map(\.due.schedule.name))") }
        case 3...6:
            async let here = Self.fire(engines[0])
            async let there = Self.fire(engines[1])
            for decided in try await [here, there] { books.note(decided) }
        default: try await books.note(Self.fire(engines[first]))
        }
    }

    private mutating func commitLate(_ index: Int) async throws {
        try await books.note(Self.commit(pending[index], engines[index]))
        pending[index] = []
    }

    private static func look(_ engine: TestEngine) async throws -> [Decided] {
        let (due, now) = try await engine.ticks.due(limit: 1_000)
        return due.map { ($0, $0.decide(now: now), now) }
    }

    /// The passes of these that were not too late.
    private static func commit(
        _ decided: [Decided], _ engine: TestEngine, within lateness: Duration? = nil
    ) async throws -> [Decided] {
        guard !decided.isEmpty else { return [] }
        // Of one schedule decided twice only one can be committed at a time.
        var committed: [Decided] = []
        var rest = decided[...]
        while !rest.isEmpty {
            var ids: Set<Int64> = []
            let batch = rest.prefix { ids.insert($0.due.id).inserted }
            rest = rest.dropFirst(batch.count)
            let outcome = try await engine.ticks.commit(batch.map { ($0.due, $0.pass) }, within: lateness)
            committed += batch.filter { !outcome.lost.contains($0.due.id) }
        }
        return committed
    }

    /// Decides and commits until nothing is due.
    private static func fire(_ engine: TestEngine) async throws -> [Decided] {
        var committed: [Decided] = []
        for _ in 0..<roundsMax {
            let decided = try await look(engine)
            if decided.isEmpty { return committed }
            committed += try await commit(decided, engine)
        }
        throw NoEnd(what: "ticks that are due")
    }

    /// There is always more.
    private struct NoEnd: Error {
        let what: String
    }
}

// MARK: Runs

extension LivedYear {
    /// Two rounds, so that lines move on faster than ticks come.
    private mutating func work() async throws {
        for _ in 0..<2 { try await takeAndEnd() }
    }

    private mutating func takeAndEnd() async throws {
        for (index, engine) in engines.enumerated() {
            // Nobody listens here for what the other daemon made ready.
            engine.store.marks.reset()
            open += try await engine.store.claim(limit: 100).claims.map { (index, $0) }
        }
        let taken = open
        open = []
        for (index, claim) in taken {
            if !isResting, random.below(4) == 0 {
                open.append((index, claim))
            } else {
                try await end(claim, engines[index].store)
            }
        }
    }

    /// Ends an attempt, mostly well.
    private mutating func end(_ claim: Claim, _ store: PostgresJobStore) async throws {
        let isTaken =
            switch isResting ? 40 : random.below(40) {
            case 0: try await store.park(claim, because: .asked, reason: "a person must see it")
            case 1: try await store.fail(claim, error: "it cannot be done")
            case 2: try await store.cancel(claim, reason: "not wanted")
            case 3, 4: try await store.postpone(claim, until: .after(.seconds(random.below(7_200))), failure: "not yet")
            case let way:
                try await finish(claim, hasWarnings: way < 8, store)
            }
        if !isTaken { books.note("job \(claim.job) was not its daemon's any more") }
    }

    private func finish(_ claim: Claim, hasWarnings: Bool, _ store: PostgresJobStore) async throws -> Bool {
        try await store.finish(claim, report: RunReport(totals: "{}", hasWarnings: hasWarnings)) { _ in }
        return true
    }

    /// Everybody is back, nothing is held, and whatever is left is decided and done.
    private mutating func rest() async throws {
        isResting = true
        time.set(to: latest)
        for index in engines.indices { try await commitLate(index) }
        try await releaseClock(engines[0])
        try await resumeAll(engines[0], chance: 1)
        try await books.note(Self.fire(engines[0]))
        for _ in 0..<Self.roundsMax {
            try await freeParked(engines[0])
            // What was postponed or staggered comes in its time; nobody looks for ticks any more.
            time.advance(by: .seconds(3_600))
            try await work()
            if try await engines[0].count("select count(*) from bursar.job") == 0 { return }
        }
        throw NoEnd(what: "jobs that wait")
    }
}
