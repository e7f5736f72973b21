import Primitives

/// The offsets of a zone as segments in order of time, ready to be searched from both sides: by instant and by wall.
///
/// A class so that a zone is one reference; immutable, so it is shared freely.
final class ZoneTable: Sendable {
    /// A span of one offset, from its start to the start of the next.
    struct Segment: Sendable {
        /// The first second; `Int64.min` for the first segment.
        let start: Int64
        /// Seconds east of Greenwich.
        let offset: Int32
        /// The furthest that the wall had come before `start`, less `start`. Usually the offset before.
        let wallPassedLessStart: Int32
    }

    /// No offset is as large, east or west: the bound that the files of the database keep (RFC 9636 §3.2).
    static let largestOffset: Int64 = 26 * 3_600
    /// The Gregorian calendar, weekdays included, repeats after 400 years.
    private static let cycleSeconds: Int64 = 146_097 * 86_400
    /// How much of a footer's rule is written out: one cycle, the horizon of a search, and room for both ends.
    private static let yearsOfRule = 454

    let identifier: String
    let segments: ContiguousArray<Segment>
    /// From here on the rule alone decides; the cycle that begins here stands for all that follow.
    private let cycleStart: Int64

    init(identifier: String, file: ZoneFile) {
        self.identifier = identifier
        var shifts = file.shifts
        cycleStart = Self.extend(&shifts, by: file.rule)
        segments = Self.segments(from: shifts, initialOffset: file.initialOffset)
    }

    /// Writes the rule out behind the last shift of the file; gives the second where its cycle begins.
    private static func extend(_ shifts: inout [ZoneShift], by rule: FooterRule?) -> Int64 {
        guard let rule, rule.daylight != nil else { return Int64.max }
        let last = shifts.last?.start
        let lastYear = last.map { CivilDateTime(wallSeconds: $0).date.year } ?? ZoneFile.firstYearOfBareRule
        let years = (lastYear - 1)...(lastYear + yearsOfRule)
        // The last year is left out again: what its end leads to is not known.
        let end = Int64(FooterRule.newYear(of: lastYear + yearsOfRule)) * 86_400
        shifts += rule.shifts(in: years).filter { $0.start > last ?? Int64.min && $0.start < end }
        return Int64(FooterRule.newYear(of: lastYear + 2)) * 86_400
    }

    /// Drops shifts that change nothing (only a name, or daylight time that never ends) and notes how far the wall had
    /// come.
    private static func segments(from shifts: [ZoneShift], initialOffset: Int) -> ContiguousArray<Segment> {
        var segments: ContiguousArray<Segment> = [
            Segment(start: Int64.min, offset: Int32(initialOffset), wallPassedLessStart: 0)
        ]
        segments.reserveCapacity(shifts.count + 1)
        var offset = initialOffset
        var passed = Int64.min
        for (index, shift) in shifts.enumerated() {
            let isOverruled = index + 1 < shifts.count && shifts[index + 1].start == shift.start
            guard shift.offset != offset, !isOverruled else { continue }
            passed = max(passed, shift.start + Int64(offset))
            offset = shift.offset
            segments.append(
                Segment(
                    start: shift.start, offset: Int32(offset), wallPassedLessStart: Int32(passed - shift.start)))
        }
        return segments
    }

    /// The segment that holds a second. Seconds beyond the first cycle must be folded before.
    func index(at second: Int64) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].start <= second { low = middle } else { high = middle }
        }
        return low
    }

    /// As `index(at:)`, for any second.
    func segment(at second: Int64) -> Segment {
        segments[index(at: second - secondsFolded(at: second))]
    }

    /// The local time up to which (not including) the wall had come in all segments before this one.
    func wallPassed(before index: Int) -> Int64 {
        let segment = segments[index]
        return index == 0 ? Int64.min : segment.start + Int64(segment.wallPassedLessStart)
    }

    /// The first second at which the wall shows `wall`, or has passed it.
    func firstSecond(showing wall: Int64) -> Int64 {
        let folded = secondsFolded(at: wall)
        let target = wall - folded
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if wallPassed(before: middle) <= target { low = middle } else { high = middle }
        }
        return max(target - Int64(segments[low].offset), segments[low].start) + folded
    }

    /// Whole cycles to take from a second so that the table covers it and the horizon behind it; zero for most.
    func secondsFolded(at second: Int64) -> Int64 {
        second < cycleStart ? 0 : (second - cycleStart) / Self.cycleSeconds * Self.cycleSeconds
    }
}
