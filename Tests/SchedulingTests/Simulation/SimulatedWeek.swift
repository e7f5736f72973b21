import Cron
import Primitives
import Scheduling
import TestSupport

/// A week around a shift of the clock: daemons that look, race and are late, a clock that is set, outages, edits, zone
/// files that change; and after every commit what must hold.
struct SimulatedWeek {
    /// A daemon: what it has decided and not committed, its zone files, its watch over the clock.
    private struct Daemon {
        var version = 0
        var pending: [(due: DueSchedule, pass: SchedulePass, at: Instant)] = []
        var watch = ClockWatch()
    }

    private static let days = 7
    private static let steps = 64
    private static let limit = Duration.seconds(600)
    /// Fixed ones of every form, then wildcards.
    private static let expressions = [
        "30 2 * * *", "0,30 2 * * *", "0 2,3 * * *", "15 0-23/3 * * *", "0 0 * * *", "0 6 * * 1", "0 2 L * *",
        "45 1 */2 * *", "30 * * * *", "0 */2 * * *", "*/15 2 * * *", "0 */6 * * *",
    ].compactMap { try? CronExpression($0) }
    private static let fixed = expressions.filter(\.isFixed)
    private static let begins: [(zone: String, shiftAt: Int64)] = [
        ("America/New_York", 1_741_503_600), ("America/New_York", 1_762_063_200), ("Europe/Berlin", 1_774_746_000),
        ("Australia/Lord_Howe", 1_759_591_800), ("Pacific/Apia", 1_325_239_200), ("Africa/Cairo", 1_745_532_000),
        ("Antarctica/Troll", 1_743_296_400), ("Asia/Kolkata", 1_741_503_600),
    ]

    private var random: RandomNumbers
    private let zones: [SimulatedZone]
    private var store = SimulatedStore()
    private var daemons = [Daemon(), Daemon()]
    /// Time that goes by, and how far the store's clock is off.
    private var elapsed = Duration.zero
    private var offset = Duration.zero
    private let begin: Instant
    private(set) var commits = 0
    private(set) var refused = 0
    /// What happened, kept where somebody will read it.
    private(set) var trace: [String] = []
    private let isTraced: Bool

    private var now: Instant { begin + elapsed + offset }

    init(seed: UInt64, isTraced: Bool = false) throws {
        var random = RandomNumbers(seed: seed)
        self.isTraced = isTraced
        let week = random.pick(Self.begins)
        let shift = Instant(seconds: week.shiftAt)
        begin = shift - .seconds(86_400 * 3 + random.below(86_400))
        zones = [
            try SimulatedZone(week.zone),
            try SimulatedZone("Test/Sunland", shiftAt: shift + .seconds(3_600 * random.below(24)), using: &random),
        ]
        self.random = random
        for id in 0..<4 {
            let schedule = schedule(id)
            store.rows.append(SimulatedStore.Row(Int64(id), schedule, at: begin))
        }
    }

    /// Lives through the week, and then lets everything come to rest.
    mutating func run() throws {
        for _ in 0..<Self.steps { try step() }
        try rest()
    }

    private mutating func schedule(_ id: Int) -> Schedule {
        let money = random.below(3) == 0
        let zone = zones[random.below(2)].versions[0]
        return Schedule(
            name: "s\(id)", kind: "k", expression: random.pick(money ? Self.fixed : Self.expressions), zone: zone,
            money: money, catchUp: money ? nil : random.pick(Schedule.CatchUp.allCases),
            catchUpLimit: random.pick([1, 3, 100]),
            maxLateness: random.below(4) == 0 ? .seconds(3_600 * (1 + random.below(12))) : nil,
            overlap: random.pick(Schedule.Overlap.allCases), enabled: random.below(8) != 0,
            stagger: random.below(2) == 0 ? .seconds(600) : nil)
    }
}

// MARK: What happens

extension SimulatedWeek {
    private mutating func step() throws {
        elapsed += .seconds(random.below(2) == 0 ? random.below(1_200) : random.below(4 * 3_600))
        switch random.below(40) {
        case 0: elapsed += .seconds(random.below(20) * 3_600)
        case 1, 2: offset += .seconds(random.below(2) == 0 ? 3_600 : -3_600)
        case 3: try edit()
        case 4: store.rows[anyRow()].isPaused.toggle()
        case 5: updateZones()
        case 6: store.isHeld = false
        case 7: restart()
        case 8...20: store.rows[anyRow()].unfinished = nil
        default: break
        }
        note { "now \($0.now)" }
        for index in daemons.indices {
            switch random.below(8) {
            case 0: break
            // It decides now, and is late with its commit.
            case 1: look(index)
            // What it decided comes twice.
            case 2:
                look(index)
                let pending = daemons[index].pending
                try commit(index)
                daemons[index].pending = pending
                try commit(index)
            default:
                look(index)
                try commit(index)
            }
        }
    }

    private mutating func anyRow() -> Int { random.below(store.rows.count) }

    /// A daemon forgets what it was about to commit, and what it knew of the clock.
    private mutating func restart() {
        let index = random.below(2)
        daemons[index] = Daemon(version: daemons[index].version)
    }

    private mutating func look(_ index: Int) {
        watchClock(index)
        let version = daemons[index].version
        let (now, zones) = (now, zones.map { $0.versions[version] })
        daemons[index].pending += store.due(at: now, zones: zones).map { ($0, $0.decide(now: now), now) }
    }

    private mutating func watchClock(_ index: Int) {
        let reading = ClockReading(wall: now, boot: elapsed...elapsed)
        let finding = daemons[index].watch.observe(reading, limit: Self.limit)
        if daemons[index].watch.untold != nil {
            if store.holds <= Int(daemons[index].watch.newestKnown) {
                store.holds += 1
                store.isHeld = true
                note { _ in "held by \(index)" }
            }
            daemons[index].watch.tell()
        }
        let newest = store.holds == 0 ? nil : hold
        if daemons[index].watch.heed(
            newest, finding, reading, local: .init(wall: now, isSynchronised: random.below(16) == 0)) != nil
        {
            store.isHeld = false
            note { _ in "released by \(index)" }
        }
    }

    private var hold: ClockHold {
        ClockHold(id: Int64(store.holds), beganAt: now, jump: .seconds(3_600), isOpen: store.isHeld)
    }

    private mutating func commit(_ index: Int) throws {
        let pending = daemons[index].pending
        daemons[index].pending = []
        for (due, pass, at) in pending {
            guard try store.commit(due, pass) else {
                refused += 1
                continue
            }
            commits += 1
            note { _ in "\(index) \(due.schedule.name) \(pass.ticks.map { "\($0.key) \($0.decision)" })" }
            guard let fault = TickOracle.fault(in: pass, of: due, at: at) else { continue }
            throw Broken("\(due.schedule.name): \(fault)")
        }
    }

    /// An edit of what decides the ticks, by the zone files of one of the daemons; what was undecided is passed over.
    private mutating func edit() throws {
        let (index, version) = (anyRow(), daemons[random.below(2)].version)
        let row = store.rows[index]
        let old = asRead(row.schedule, version)
        var new = old
        if random.below(2) == 0 {
            new.expression = random.pick(new.money ? Self.fixed : Self.expressions)
        } else {
            new.zone = zones[random.below(2)].versions[version]
        }
        note { _ in "edit of \(new.name): \(new.expression) \(new.zone)" }
        // A wall that another zone, or another set of zone files, had led further names some local times once more.
        if new.zone != old.zone || daemons.contains(where: { $0.version > 0 }) { store.rows[index].mayRepeat = true }
        let passedOver = old.passOver(cursor: row.cursor, wall: row.wall, now: now)
        if let fault = TickOracle.fault(inEdit: passedOver, of: old, after: row.place, at: now) {
            throw Broken("edit of \(new.name): \(fault)")
        }
        for tick in passedOver { store.rows[index].keys.insert(tick.key) }
        store.rows[index].schedule = new
        store.rows[index].revision += 1
        store.rows[index].begin(at: max(row.cursor, now))
    }

    /// As a daemon reads it that has this version of the zone files.
    private func asRead(_ schedule: Schedule, _ version: Int) -> Schedule {
        var schedule = schedule
        if let zone = zones.first(where: { $0.versions[version] == schedule.zone }) {
            schedule.zone = zone.versions[version]
        }
        return schedule
    }

    /// One daemon reads the newer zone files, and reckons anew when each schedule is due.
    private mutating func updateZones() {
        guard let index = daemons.firstIndex(where: { $0.version == 0 }) else { return }
        daemons[index].version = 1
        note { _ in "\(index) has newer zones" }
        reckon()
    }

    private mutating func reckon() {
        for index in store.rows.indices {
            let row = store.rows[index]
            store.rows[index].nextDue = asRead(row.schedule, 1).nextDue(after: row.cursor, wall: row.wall)
        }
    }

    /// Nothing is late, held or undecided any more.
    private mutating func rest() throws {
        elapsed += .seconds(2 * 86_400)
        store.isHeld = false
        for index in daemons.indices { daemons[index] = Daemon(version: 1) }
        reckon()
        for index in store.rows.indices { store.rows[index].isPaused = false }
        for _ in 0..<2_000 {
            look(0)
            if daemons[0].pending.isEmpty { return try settle() }
            try commit(0)
        }
        throw Broken("it never comes to rest")
    }

    /// Nothing up to now may be left: the oracle is asked, not the store's own word on what is due.
    private func settle() throws {
        for row in store.rows {
            let next = TickOracle.instant(after: row.place, of: asRead(row.schedule, 1))
            if let next, next <= now { throw Broken("\(row.schedule.name) leaves \(next.rfc3339) undecided at rest") }
        }
    }

    private mutating func note(_ event: (SimulatedWeek) -> String) {
        if isTraced { trace.append(event(self)) }
    }
}
