import Cron
import Hummingbird
import Primitives

/// The ends of a span, as dates of a schedule's zone or as instants.
enum SpanReader {
    /// The longest preview.
    static let daysMax = 3_660

    /// A day such as `2026-10-15`.
    static func date(_ text: String?, _ place: String) throws(RequestRefusal) -> CivilDate {
        guard let text else { throw .invalid(place, "it is missing", hint: "give a date such as 2026-10-15") }
        guard let date = CivilDate(text) else {
            throw .invalid(place, "\"\(text.prefix(60))\" is no date", hint: "write it as 2026-10-15")
        }
        return date
    }

    /// The first instant of a date, or the instant itself.
    static func begin(_ text: String?, _ place: String, in zone: Zone) throws(RequestRefusal) -> Instant {
        if let instant = text.flatMap({ Instant(rfc3339: $0) }) { return instant }
        return zone.startOfDay(try date(text, place))
    }

    /// The last instant of a date, or the instant itself.
    static func end(_ text: String?, _ place: String, in zone: Zone) throws(RequestRefusal) -> Instant {
        if let instant = text.flatMap({ Instant(rfc3339: $0) }) { return instant }
        let following = CivilDate(daysSinceEpoch: try date(text, place).daysSinceEpoch + 1)
        return Instant(microseconds: zone.startOfDay(following).microseconds - 1)
    }
}
