/// The local times that an expression names, on a wall that knows no shifts: bit masks and a search over them.
struct LocalTimeSet: Sendable, Hashable {
    /// Bit m: minute m.
    let minutes: UInt64
    /// Bit h: hour h.
    let hours: UInt32
    /// Bit m: month m, 1-12.
    let months: UInt16
    let days: DaySet

    /// The first local time in the set that is at or after `wall` and at or before `limit`, in wall seconds since 1970.
    ///
    /// Members are whole minutes. The limit is what ends the search, at most a month late.
    func first(atOrAfter wall: Int64, notAfter limit: Int64) -> Int64? {
        let minuteNumber = (wall + 59).flooredDivision(by: 60)
        let day = minuteNumber.flooredDivision(by: 1_440)
        var month = CalendarMonth(containing: Int(day))
        let dayOfMonth = Int(day) - month.firstDay + 1
        var candidates = isListed(month) ? days.days(of: month) & (~0 << UInt32(dayOfMonth)) : 0
        if candidates & (1 << UInt32(dayOfMonth)) != 0 {
            if let minute = firstMinute(atOrAfter: Int(minuteNumber - day * 1_440)) {
                return accepted(day: Int(day), minute: minute, limit)
            }
            candidates &= candidates - 1
        }
        while candidates == 0 {
            month = month.following(in: months)
            guard Int64(month.firstDay) * 86_400 <= limit else { return nil }
            candidates = days.days(of: month)
        }
        let found = month.firstDay + candidates.trailingZeroBitCount - 1
        return accepted(day: found, minute: firstMinuteOfDay, limit)
    }

    private func isListed(_ month: CalendarMonth) -> Bool { months & (1 << UInt16(month.month)) != 0 }

    private var firstMinuteOfDay: Int { hours.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount }

    private func firstMinute(atOrAfter minuteOfDay: Int) -> Int? {
        let hour = minuteOfDay / 60
        if hours & (1 << UInt32(hour)) != 0 {
            let rest = minutes & (~0 << UInt64(minuteOfDay % 60))
            if rest != 0 { return hour * 60 + rest.trailingZeroBitCount }
        }
        let later = hours & (~0 << UInt32(hour + 1))
        return later == 0 ? nil : later.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount
    }

    private func accepted(day: Int, minute: Int, _ limit: Int64) -> Int64? {
        let wall = Int64(day) * 86_400 + Int64(minute) * 60
        return wall <= limit ? wall : nil
    }
}

extension Int64 {
    /// Division that rounds down, so that times before 1970 fall into the right minute and day.
    func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return quotient * divisor > self ? quotient - 1 : quotient
    }
}
