/// A day as the oracle sees it.
struct OracleDay {
    let day: Int
    let length: Int
    /// 0 is Sunday.
    let weekday: Int
}

/// An expression as a text for the code under test and as plain sets for the oracle, which parses nothing.
struct OracleExpression {
    let text: String
    let isFixed: Bool
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let isDue: (OracleDay) -> Bool

    private init(
        _ text: String, minutes: Set<Int>, hours: Set<Int>, isFixed: Bool,
        isDue: @escaping (OracleDay) -> Bool = { _ in true }
    ) {
        (self.text, self.isFixed, self.minutes, self.hours, self.isDue) = (text, isFixed, minutes, hours, isDue)
    }

    /// Whether a time of day is named; the days are asked once a day.
    func names(minuteOfDay: Int) -> Bool {
        minutes.contains(minuteOfDay % 60) && hours.contains(minuteOfDay / 60)
    }

    func names(_ day: OracleDay) -> Bool { isDue(day) }

    /// Eight expressions that the shift between two readings of the wall touches, one of every class of the law.
    static func eight(between low: Int, and high: Int, on day: OracleDay) -> [OracleExpression] {
        let inside = low + (high - low) / 2
        func minute(_ wall: Int) -> Int { (wall.floored(by: 60) % 60 + 60) % 60 }
        func hour(_ wall: Int) -> Int { (wall.floored(by: 3_600) % 24 + 24) % 24 }
        let (m, h) = (minute(inside), hour(inside))
        let (n, w) = ((day.day - 1) / 7 + 1, day.weekday)
        let isInLastWeek = day.day + 7 > day.length
        let other = (w + 3) % 7
        return [
            OracleExpression("\(m) \(h) * * *", minutes: [m], hours: [h], isFixed: true),
            OracleExpression(
                "\(minute(low)),\(m) \(hour(low)),\(hour(high)) * * *", minutes: [minute(low), m],
                hours: [hour(low), hour(high)], isFixed: true),
            OracleExpression(
                "\(minute(high)) \(h),\(hour(high)) * * *", minutes: [minute(high)], hours: [h, hour(high)],
                isFixed: true),
            isInLastWeek
                ? OracleExpression("\(m) \(h) * * \(w)L", minutes: [m], hours: [h], isFixed: true) {
                    $0.weekday == w && $0.day + 7 > $0.length
                }
                : OracleExpression("\(m) \(h) * * \(w)#\(n)", minutes: [m], hours: [h], isFixed: true) {
                    $0.weekday == w && ($0.day - 1) / 7 + 1 == n
                },
            OracleExpression("\(m) \(h) \(day.day),L * \(other)", minutes: [m], hours: [h], isFixed: true) {
                $0.day == day.day || $0.day == $0.length || $0.weekday == other
            },
            OracleExpression("\(m) * * * *", minutes: [m], hours: Set(0..<24), isFixed: false),
            OracleExpression(
                "\(minute(low)) */2 * * *", minutes: [minute(low)], hours: Set(stride(from: 0, to: 24, by: 2)),
                isFixed: false),
            OracleExpression("*/15 \(h) * * *", minutes: [0, 15, 30, 45], hours: [h], isFixed: false),
        ]
    }
}

extension Int {
    /// Division that rounds down.
    func floored(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
    }
}
