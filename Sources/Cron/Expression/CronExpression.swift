/// Five fields of a crontab, read into bit masks.
///
/// With a zone it is one set of instants: see `next(after:in:)`. A text that could never run is refused when read.
package struct CronExpression: Sendable, Hashable {
    /// The longest text that is read, in bytes. Every field written out number by number stays below it.
    package static let longestText = 512

    /// As it was written.
    package let text: String
    /// Whether neither the minute nor the hour begins with `*`. A fixed time runs once on a day of a shift; any other
    /// expression is a wildcard and follows the wall: not at all in a gap, twice in an overlap.
    package let isFixed: Bool
    /// The local times, before a zone shifts them.
    let times: LocalTimeSet

    /// Reads five fields, or an alias such as `@daily`.
    package init(_ text: String) throws(CronError) {
        self = try CronParser(text).expression()
    }

    init(text: String, isFixed: Bool, times: LocalTimeSet) {
        self.text = text
        self.isFixed = isFixed
        self.times = times
    }

    /// Whether both day fields are restricted and neither begins with `*`, so that a day needs to match only one of
    /// them. Half of all readers expect the opposite: a schedule must say `days: either`.
    package var restrictsBothDays: Bool { !times.days.needsBoth }
}

extension CronExpression: CustomStringConvertible {
    package var description: String { text }
}
