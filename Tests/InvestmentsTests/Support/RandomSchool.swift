import Cron
import Investments
import Postgres
import Primitives

/// A school made up by chance, around the shifts of its classes' clocks and the midnights of their dates.
struct RandomSchool: Sendable {
    struct Class: Sendable {
        let zone: Zone
        let end: CivilDate?
        let enabled: Bool
        let rates: [(date: CivilDate, rate: String)]
        /// Its students invest sums whose growth is a tie now and then.
        let isRound: Bool
    }

    struct Holding: Sendable {
        let instant: Instant
        let amount: Int64
    }

    struct Student: Sendable {
        let classIndex: Int
        let enabled: Bool
        let holdings: [Holding]
    }

    static let zones = [
        "America/Argentina/Buenos_Aires", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
    ]
    static let month = Duration.seconds(30 * 86_400)

    let asOf: Instant
    private(set) var classes: [Class] = []
    private(set) var students: [Student] = []

    init(classes classCount: Int, students studentCount: Int, asOf: Instant, using random: inout SplitMix) throws {
        self.asOf = asOf
        for index in 0..<classCount {
            classes.append(try Self.schoolClass(index, asOf: asOf, using: &random))
        }
        for _ in 0..<studentCount {
            let index = Int.random(in: 0..<classCount, using: &random)
            let wealth = Int.random(in: 0..<8, using: &random) == 0 ? 14 : Int.random(in: 0...9, using: &random)
            var holdings: [Holding] = []
            for _ in 0..<Int.random(in: 0...9, using: &random) {
                holdings.append(Self.holding(in: classes[index], asOf: asOf, wealth: wealth, using: &random))
            }
            students.append(
                Student(
                    classIndex: index, enabled: Int.random(in: 0..<20, using: &random) > 0, holdings: holdings))
        }
    }

    var enabledStudents: Int {
        students.count { $0.enabled && classes[$0.classIndex].enabled }
    }

    private static func schoolClass(_ index: Int, asOf: Instant, using random: inout SplitMix) throws -> Class {
        let zone = try Zone(zones[index % zones.count])
        let today = zone.civil(at: asOf).date
        let isRound = index % 6 == 0
        let age = isRound ? 150 : Int.random(in: 1...6_800, using: &random)
        let shifts = shifts(of: zone, from: asOf - .seconds(Int64(age) * 86_400), to: asOf)
        var dates: Set<CivilDate> = [CivilDate(daysSinceEpoch: today.daysSinceEpoch - age)]
        for _ in 0..<(isRound ? 0 : Int.random(in: 0...7, using: &random)) {
            // Beyond today too: a rate that is not in force yet.
            let day = Int.random(in: -age...40, using: &random)
            let date = CivilDate(daysSinceEpoch: today.daysSinceEpoch + day)
            let near = shifts.randomElement(using: &random).map { zone.civil(at: $0).date }
            dates.insert(Bool.random(using: &random) ? near ?? date : date)
        }
        let rates = dates.sorted().map { (date: $0, rate: isRound ? "0.05" : rate(age: age, using: &random)) }
        let end: CivilDate? =
            switch Int.random(in: 0..<6, using: &random) {
            case 0: nil
            case 1: CivilDate(daysSinceEpoch: today.daysSinceEpoch - Int.random(in: 0...age, using: &random))
            case 2: (shifts.last ?? asOf).day(in: zone)
            case 3: today
            default: CivilDate(daysSinceEpoch: today.daysSinceEpoch + Int.random(in: 1...900, using: &random))
            }
        return Class(zone: zone, end: end, enabled: index % 17 != 16, rates: rates, isRound: isRound)
    }

    private static func rate(age: Int, using random: inout SplitMix) -> String {
        switch Int.random(in: 0..<14, using: &random) {
        case 0: "0"
        case 1: "0.000"
        // Doubling for years leaves 64 bits behind: some, not most, may.
        case 2: age < 1_200 ? "1" : "0.011"
        case 3: "0.21"
        case 4: "-0.0\(Int.random(in: 100_000...999_999, using: &random))"
        case 5: "0.33333333333333333333"
        case 6: age < 2_000 ? "\(Double.random(in: 0.2...0.6, using: &random))" : "0.0025"
        default: "0.0\(Int.random(in: 1_000_000...9_999_999, using: &random))"
        }
    }

    private static func holding(
        in school: Class, asOf: Instant, wealth: Int, using random: inout SplitMix
    ) -> Holding {
        let zone = school.zone
        let start = zone.startOfDay(school.rates[0].date)
        if school.isRound {
            // A month or more at 5% before the end of its growth: ten coins become ten and a half.
            let horizon = school.end.map { min(asOf, zone.startOfDay($0.tomorrow)) } ?? asOf
            let instant = horizon - month * Int.random(in: 0...5, using: &random)
            return Holding(instant: instant, amount: Int64.random(in: 1...50, using: &random) * 10)
        }
        let before = (asOf - start).wholeMicroseconds
        let instant: Instant =
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                zone.startOfDay(
                    (shifts(of: zone, from: start, to: asOf).randomElement(using: &random) ?? start).day(in: zone))
            case 1:
                (shifts(of: zone, from: start, to: asOf).randomElement(using: &random) ?? start)
                    + .microseconds(Int64.random(in: -1...1, using: &random))
            case 2: zone.startOfDay(school.rates.randomElement(using: &random)?.date ?? start.day(in: zone))
            case 3: asOf + .microseconds(Int64.random(in: -1...1, using: &random))
            case 4:
                zone.startOfDay((school.end ?? asOf.day(in: zone)).tomorrow)
                    + .microseconds(Int64.random(in: -1...1, using: &random))
            case 5: asOf + .microseconds(Int64.random(in: 0...7_200_000_000, using: &random))
            case 6: start - .seconds(Int64.random(in: 0...90 * 86_400, using: &random))
            default: start + .microseconds(Int64.random(in: 0...before, using: &random))
            }
        return Holding(instant: instant, amount: amount(wealth: wealth, using: &random))
    }

    /// From 1 to ten to the power of `wealth` + 1, as likely of one length as of another; one in eight is a withdrawal.
    private static func amount(wealth: Int, using random: inout SplitMix) -> Int64 {
        var limit: Int64 = 10
        for _ in 0..<Int.random(in: 0...wealth, using: &random) { limit *= 10 }
        let amount = Int64.random(in: limit / 10...limit, using: &random)
        return Int.random(in: 0..<8, using: &random) == 0 ? -amount : amount
    }

    private static func shifts(of zone: Zone, from start: Instant, to end: Instant) -> [Instant] {
        var shifts: [Instant] = []
        var position = start
        while let next = zone.nextTransition(after: position), next.instant < end {
            position = next.instant
            shifts.append(position)
        }
        return shifts
    }
}

extension Instant {
    fileprivate func day(in zone: Zone) -> CivilDate { zone.civil(at: self).date }
}

extension CivilDate {
    fileprivate var tomorrow: CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch + 1) }
}
