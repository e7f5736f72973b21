import Postgres
import Primitives

/// The walls of one zone by what PostgreSQL knows of it, and the ticks found on them by trying every local time.
struct WallClock: Sendable {
    /// A tick as the law wants it.
    struct Tick: Sendable {
        let key: String
        let instant: Instant
        let nominal: Int64
        /// The nominal time of the tick before.
        let previous: Int64?
    }

    private struct Span {
        let start: Int64
        let offset: Int64
    }

    /// Before the first instant in question, for the tick before the first one.
    private static let lookBack: Int64 = 400 * 86_400
    /// All of the rhythms' minutes are multiples of this many seconds, and all offsets are.
    private static let grain: Int64 = 300

    /// Each offset and since when it holds, oldest first.
    private let spans: [Span]
    private let begin: Int64
    private let end: Int64

    /// - Parameter end: how far it is asked for ticks.
    init(_ zone: String, from begin: Instant, through end: Instant, via pool: PostgresPool) async throws {
        self.begin = begin.seconds / 86_400 * 86_400 - Self.lookBack
        self.end = end.seconds + 2 * 86_400
        let rows = try await pool.query(
            """
            select at, shown from (
                select at, shown, lag(shown) over (order by at) as before from (
                    select at, extract(epoch from to_timestamp(at) at time zone \(zone))::bigint - at as shown
                    from generate_series(\(self.begin)::bigint, \(self.end)::bigint, 1800) as at) s) s
            where before is distinct from shown order by at
            """)
        spans = try rows.map {
            var row = $0
            return Span(start: try row.next(), offset: try row.next())
        }
    }

    /// The ticks in (after, through], oldest first.
    func ticks(of rhythm: Rhythm, after: Instant, through: Instant) -> [Tick] {
        let found = rhythm.isFixed ? fixed(rhythm) : wildcard(rhythm)
        var ticks: [Tick] = []
        var previous: Int64?
        for (local, seconds) in found {
            let instant = Instant(seconds: seconds)
            if instant > after, instant <= through {
                let key = rhythm.isFixed ? CivilDateTime(wallSeconds: local).description : instant.rfc3339
                ticks.append(Tick(key: key, instant: instant, nominal: local, previous: previous))
            }
            previous = local
        }
        return ticks
    }

    /// Each local time once, where a wall first shows or passes it; those that fall together are the first of them.
    private func fixed(_ rhythm: Rhythm) -> [(local: Int64, instant: Int64)] {
        var found: [(local: Int64, instant: Int64)] = []
        for day in (begin / 86_400 + 2)...(end / 86_400 - 1) where rhythm.isDay(CivilDate(daysSinceEpoch: Int(day))) {
            for minute in rhythm.minutes {
                let local = day * 86_400 + Int64(minute) * 60
                let instant = firstInstant(showing: local)
                if instant != found.last?.instant { found.append((local, instant)) }
            }
        }
        return found
    }

    private func firstInstant(showing local: Int64) -> Int64 {
        for (index, span) in spans.enumerated() {
            let next = index + 1 < spans.count ? spans[index + 1].start : .max
            if local - span.offset < next { return max(local - span.offset, span.start) }
        }
        return .max
    }

    /// Every instant whose local time is one of the rhythm's.
    private func wildcard(_ rhythm: Rhythm) -> [(local: Int64, instant: Int64)] {
        let minutes = Set(rhythm.minutes)
        var found: [(local: Int64, instant: Int64)] = []
        var span = 0
        for instant in stride(from: begin, through: end, by: Int64.Stride(Self.grain)) {
            while span + 1 < spans.count, spans[span + 1].start <= instant { span += 1 }
            let local = instant + spans[span].offset
            if minutes.contains(Int(local % 86_400 / 60)) { found.append((local, instant)) }
        }
        return found
    }
}
