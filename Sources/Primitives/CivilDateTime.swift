/// A date and a time of day as a clock on a wall shows them, without a zone: the nominal time of a tick.
package struct CivilDateTime: Sendable, Hashable, Comparable {
    package let date: CivilDate
    /// 0-86,399.
    package let secondOfDay: Int

    package init(date: CivilDate, secondOfDay: Int) {
        precondition((0..<86_400).contains(secondOfDay), "a day has 86,400 seconds")
        self.date = date
        self.secondOfDay = secondOfDay
    }

    /// Reads seconds that a clock on the wall would count from 1970-01-01T00:00:00 local.
    package init(wallSeconds: Int64) {
        let day = wallSeconds >= 0 ? wallSeconds / 86_400 : (wallSeconds - 86_399) / 86_400
        date = CivilDate(daysSinceEpoch: Int(day))
        secondOfDay = Int(wallSeconds - day * 86_400)
    }

    /// Seconds from 1970-01-01T00:00:00 to this, both read off the same wall.
    package var wallSeconds: Int64 {
        Int64(date.daysSinceEpoch) * 86_400 + Int64(secondOfDay)
    }

    package var hour: Int { secondOfDay / 3_600 }
    package var minute: Int { secondOfDay / 60 % 60 }
    package var second: Int { secondOfDay % 60 }

    package static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
        (left.date, left.secondOfDay) < (right.date, right.secondOfDay)
    }

    var dateText: String {
        "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }
}

extension CivilDateTime: CustomStringConvertible {
    /// `YYYY-MM-DDTHH:MM:SS`.
    package var description: String {
        "\(dateText)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
    }
}

/// `number` in decimal, filled with zeros to `width` digits.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (number < 0 ? "-" : "") + zeros + digits
}
