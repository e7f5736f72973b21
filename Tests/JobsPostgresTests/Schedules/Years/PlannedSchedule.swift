import Cron
import Primitives
import Scheduling

/// A schedule of a lived year, with the rhythms between which edits take it to and fro.
struct PlannedSchedule: Sendable {
    /// What of the calendar holds one run of money at most.
    enum Unit {
        case day, month, year

        func name(of date: CivilDate) -> [Int] {
            switch self {
            case .day: [date.year, date.month, date.day]
            case .month: [date.year, date.month]
            case .year: [date.year]
            }
        }
    }

    let schedule: Schedule
    let rhythms: [Rhythm]
    /// Of money alone.
    let unit: Unit?

    /// Rules for every kind of shift: both hemispheres, half an hour, at midnight, a whole day.
    static func all() throws -> [Self] { try money() + others() }

    private static func money() throws -> [Self] {
        [
            try Self(
                "payday", "America/New_York", money: .day,
                [.fixed("30 2 * * *", at: [(2, 30)]), .fixed("15 1 * * *", at: [(1, 15)])]),
            try Self(
                "island", "Australia/Lord_Howe", money: .day,
                [.fixed("15 2 * * *", at: [(2, 15)]), .fixed("45 1 * * *", at: [(1, 45)])]
            ) { $0.catchUpLimit = 3 },
            try Self(
                "month-end", "Pacific/Auckland", money: .month,
                [
                    .fixed("0 2 L * *", at: [(2, 0)]) { $0.day == CivilDate.daysInMonth($0.month, of: $0.year) },
                    .fixed("30 2 1 * *", at: [(2, 30)]) { $0.day == 1 },
                ]
            ) { $0.overlap = .allow },
            try Self(
                "leap", "Europe/Berlin", money: .year,
                [.fixed("0 12 29 2 *", at: [(12, 0)]) { $0.month == 2 && $0.day == 29 }]),
        ]
    }

    private static func others() throws -> [Self] {
        [
            try Self(
                "books", "Europe/Berlin",
                [
                    .fixed("0,30 2 * * *", at: [(2, 0), (2, 30)]), .fixed("0 2,3 * * *", at: [(2, 0), (3, 0)]),
                ]
            ) { $0.catchUp = .all },
            try Self(
                "midnight", "America/Santiago",
                [.fixed("0 0 * * *", at: [(0, 0)]), .fixed("30 23 * * *", at: [(23, 30)])]
            ) { $0.overlap = .skip },
            try Self("hourly", "America/New_York", [.wildcard("30 * * * *", minutes: (0..<24).map { $0 * 60 + 30 })]) {
                $0.overlap = .allow
            },
            try Self(
                "quarters", "Europe/Berlin",
                [
                    .wildcard("0 */6 * * *", minutes: [0, 360, 720, 1_080]),
                    .wildcard("30 */8 * * *", minutes: [30, 510, 990]),
                ]
            ) {
                $0.catchUp = .all
                $0.stagger = .seconds(600)
            },
            try Self(
                "weekly", "Australia/Lord_Howe",
                [
                    .fixed("0 6 * * 1", at: [(6, 0)]) { $0.dayOfWeek == 1 },
                    .fixed("0 18 * * 5", at: [(18, 0)]) { $0.dayOfWeek == 5 },
                ]
            ) { $0.catchUp = .none },
            try Self(
                "threes", "America/Santiago",
                [.fixed("15 0-23/3 * * *", at: (0..<8).map { ($0 * 3, 15) })]
            ) {
                $0.overlap = .skip
                $0.maxLateness = .seconds(6 * 3_600)
                $0.catchUpLimit = 2
            },
            try Self("passes", "America/New_York", [.wildcard("*/20 1 * * *", minutes: [60, 80, 100])]) {
                $0.catchUp = .none
                $0.overlap = .allow
            },
            try Self(
                "dateline", "Pacific/Apia",
                [
                    .fixed("0 9 * * 5", at: [(9, 0)]) { $0.dayOfWeek == 5 },
                    .fixed("30 8 15,30 * *", at: [(8, 30)]) { $0.day == 15 || $0.day == 30 },
                ]
            ) { $0.catchUp = .all },
        ]
    }

    private init(
        _ name: String, _ zone: String, money unit: Unit? = nil, _ rhythms: [Rhythm],
        _ adapt: (inout Schedule) -> Void = { _ in }
    ) throws {
        var schedule = Schedule(
            name: name, kind: "test.work", expression: try CronExpression(rhythms[0].text), zone: try Zone(zone),
            money: unit != nil)
        adapt(&schedule)
        self.schedule = schedule
        self.rhythms = rhythms
        self.unit = unit
    }

    /// Its rule under one of its rhythms.
    func rule(_ rhythm: Int) throws -> Schedule {
        var rule = schedule
        rule.expression = try CronExpression(rhythms[rhythm].text)
        return rule
    }
}
