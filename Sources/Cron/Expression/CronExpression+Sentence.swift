extension CronExpression {
    /// What the expression says, in English: `At 06:00 on Monday, Asia/Kolkata.`
    package func sentence(in zone: Zone?) -> String {
        let time = TimePhrase(minutes: times.minutes.members, hours: UInt64(times.hours).members).text
        let days = DayPhrase(days: times.days, months: UInt64(times.months).members).text
        let place = zone.map { ", \($0.identifier)" } ?? ""
        return time + (days.isEmpty && time.hasPrefix("At ") ? " every day" : days) + place + "."
    }
}

/// The minutes and hours of a sentence.
private struct TimePhrase {
    /// How many times of day are written out one by one.
    private static let mostClockTimes = 6

    let minutes: [Int]
    let hours: [Int]

    var text: String {
        let span = hours.isEveryStep(1) && hours.count > 1
        if let step = minutes.step(in: 60) {
            let pace = step == 1 ? "Every minute" : "Every \(step) minutes"
            if hours.count == 24 { return pace }
            if hours.count == 1 || span {
                return
                    "\(pace) from \(clock(hours[0], 0)) to \(clock(hours[hours.count - 1], minutes[minutes.count - 1]))"
            }
            return "\(pace) of the hours \(hours.spans(String.init).listed)"
        }
        if minutes.count == 1, hours.count == 24 {
            return minutes[0] == 0 ? "Every hour on the hour" : "Every hour at minute \(minutes[0])"
        }
        if minutes.count == 1, let step = hours.step(in: 24) {
            return "Every \(step) hours from \(clock(0, minutes[0]))"
        }
        if minutes.count == 1, span, hours.count > 2 {
            return "Every hour from \(clock(hours[0], minutes[0])) to \(clock(hours[hours.count - 1], minutes[0]))"
        }
        if minutes.count * hours.count <= Self.mostClockTimes {
            return "At " + hours.flatMap { hour in minutes.map { clock(hour, $0) } }.listed
        }
        let owner =
            hours.count == 24 ? "every hour" : "hour\(hours.count == 1 ? "" : "s") \(hours.spans(String.init).listed)"
        return "At minute\(minutes.count == 1 ? "" : "s") \(minutes.spans(String.init).listed) of \(owner)"
    }

    private func clock(_ hour: Int, _ minute: Int) -> String {
        "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}

/// The days and months of a sentence, with a blank in front; empty for every day.
private struct DayPhrase {
    private static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let dayNames = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    private static let ordinals = ["first", "second", "third", "fourth", "fifth"]

    let days: DaySet
    let months: [Int]

    var text: String {
        let takesEveryDate = days.dates == 0xFFFF_FFFE
        let takesEveryWeekday = days.weekdays == 0x7F
        let inMonths = months.count == 12 ? "" : " in \(monthList)"
        switch (takesEveryDate, takesEveryWeekday, days.needsBoth) {
        case (true, true, _), (true, false, false), (false, true, false): return inMonths
        case (false, true, true): return " on \(dates) of \(ownerOfDates)"
        case (true, false, true): return " on \(weekdays)\(inMonths)"
        case (false, false, true): return " on \(dates) of \(ownerOfDates), if it is \(weekdays)"
        case (false, false, false):
            return " on \(dates) of \(ownerOfDates) or on \(weekdays)\(inMonths), either is enough"
        }
    }

    private var monthList: String { months.spans { Self.monthNames[$0 - 1] }.listed }

    private var ownerOfDates: String { months.count == 12 ? "the month" : monthList }

    private var dates: String {
        let numbers = UInt64(days.dates).members
        var items = numbers.spans(String.init)
        if let first = items.first { items[0] = "day\(numbers.count == 1 ? "" : "s") \(first)" }
        items += UInt64(days.nearestTo).members.map { "the workday nearest to day \($0)" }
        if days.takesLastDay { items.append("the last day") }
        if days.takesLastWorkday { items.append("the last workday") }
        return items.listed
    }

    private var weekdays: String {
        // A week from Monday to Sunday, so that a weekend is one span.
        let fromMonday = UInt64(days.weekdays).members.map { $0 == 0 ? 7 : $0 }.sorted()
        var items = fromMonday.spans { Self.dayNames[$0] }
        items += days.nthWeekdays.members.map { "the \(Self.ordinals[$0 / 7]) \(Self.dayNames[$0 % 7])" }
        items += UInt64(days.lastWeekdays).members.map { "the last \(Self.dayNames[$0])" }
        return items.listed
    }
}

extension UInt64 {
    /// The numbers of the bits that are set.
    fileprivate var members: [Int] { (0..<64).filter { self & (1 << UInt64($0)) != 0 } }
}

extension [Int] {
    /// Whether each is `step` more than the one before.
    fileprivate func isEveryStep(_ step: Int) -> Bool {
        zip(self, dropFirst()).allSatisfy { $1 - $0 == step }
    }

    /// The distance between neighbours when they begin at 0 and go round a circle of that size evenly.
    fileprivate func step(in circle: Int) -> Int? {
        guard count > 2, first == 0, circle % count == 0, isEveryStep(circle / count) else { return nil }
        return circle / count
    }

    /// Numbers in order, three neighbours or more as `1 to 3`, a long even series as `1, 3, … 31`.
    fileprivate func spans(_ name: (Int) -> String) -> [String] {
        if count > 4, self[1] - self[0] > 1, isEveryStep(self[1] - self[0]) {
            return ["\(name(self[0])), \(name(self[1])), … \(name(self[count - 1]))"]
        }
        var spans: [String] = []
        var index = 0
        while index < count {
            var end = index
            while end + 1 < count, self[end + 1] == self[end] + 1 { end += 1 }
            if end - index >= 2 {
                spans.append("\(name(self[index])) to \(name(self[end]))")
                index = end + 1
            } else {
                spans.append(name(self[index]))
                index += 1
            }
        }
        return spans
    }
}

extension [String] {
    /// `a`, `a and b`, `a, b and c`.
    fileprivate var listed: String {
        guard count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + self[count - 1]
    }
}
