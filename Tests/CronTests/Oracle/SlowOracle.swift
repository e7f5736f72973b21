import Glibc

/// The law applied by walking: each minute of the days around a shift, read off a wall whose offsets the C library's
/// tool gave, and sets of instants built from them. Shares no code with what it judges.
struct SlowOracle {
    struct Tick: Hashable {
        let second: Int
        /// The local time it stands for, in wall seconds.
        let wall: Int
    }

    /// How far the oracle walks, and how far its ticks are taken as complete, before and after the shift. Between the
    /// two lies more than any shift moves a clock.
    private static let reach = 56 * 3_600
    private static let trusted = 28 * 3_600

    let range: ClosedRange<Int>
    /// Instants in order, and what the wall shows at each.
    private let seconds: [Int]
    private let walls: [Int]
    /// The first instant that shows a wall minute, and the days, counted from the first ones of the walk.
    private var firstShown: [Int: Int] = [:]
    private var days: [Int: OracleDay] = [:]

    init(_ zone: HostZone, around shift: Int) {
        range = (shift - Self.trusted)...(shift + Self.trusted)
        let near = zone.shifts.filter { abs($0.start - shift) <= Self.reach }
        let first = zone.offset(at: shift - Self.reach)
        // Minutes of the world are minutes of the wall unless an offset has odd seconds.
        let isEven = (near.flatMap { [$0.start, $0.offset] } + [first]).allSatisfy { $0 % 60 == 0 }
        let start = (shift - Self.reach).floored(by: 60) * 60
        seconds = Array(stride(from: start, to: shift + Self.reach, by: isEven ? 60 : 1))
        walls = seconds.map { second in second + (near.last { $0.start <= second }?.offset ?? first) }
        for (second, wall) in zip(seconds, walls) where wall % 60 == 0 && firstShown[wall] == nil {
            firstShown[wall] = second
        }
        for number in ((walls.min() ?? 0).floored(by: 86_400))...((walls.max() ?? 0).floored(by: 86_400)) {
            days[number] = Self.day(number)
        }
    }

    /// All ticks of the expression in the range.
    func ticks(of expression: OracleExpression) -> [Tick] {
        let due = Set(days.filter { expression.names($0.value) }.keys)
        func names(_ wall: Int) -> Bool {
            let day = wall.floored(by: 86_400)
            return due.contains(day) && expression.names(minuteOfDay: (wall - day * 86_400) / 60)
        }
        var nominals: [Int: Int] = [:]
        if expression.isFixed {
            let (low, high) = ((walls.min() ?? 0).floored(by: 60) * 60 + 60, walls.max() ?? 0)
            for wall in stride(from: low, through: high, by: 60) where names(wall) {
                // Shown, or jumped over: then the first instant that is past it.
                guard let second = firstShown[wall] ?? zip(seconds, walls).first(where: { $0.1 > wall })?.0 else {
                    continue
                }
                nominals[second] = min(nominals[second] ?? wall, wall)
            }
        } else {
            for (second, wall) in zip(seconds, walls) where wall % 60 == 0 && names(wall) { nominals[second] = wall }
        }
        return nominals.filter { range.contains($0.key) }.map { Tick(second: $0.key, wall: $0.value) }
            .sorted { $0.second < $1.second }
    }

    /// A day by its number since 1970, from the C library's calendar.
    static func day(_ number: Int) -> OracleDay {
        func fields(_ day: Int) -> tm {
            var second = time_t(day * 86_400)
            var fields = tm()
            gmtime_r(&second, &fields)
            return fields
        }
        let today = fields(number)
        let length = (28...31).last { fields(number - Int(today.tm_mday) + $0).tm_mon == today.tm_mon } ?? 31
        return OracleDay(day: Int(today.tm_mday), length: length, weekday: Int(today.tm_wday))
    }
}
