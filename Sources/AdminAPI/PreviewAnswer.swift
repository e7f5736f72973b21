package import Primitives

/// Every tick of a span of days, and what the shifts of the clock in it do.
package struct PreviewAnswer: Sendable, Hashable, Codable {
    package var expression: String
    package var zone: String
    /// The expression in words.
    package var sentence: String
    /// `YYYY-MM-DD`, on the wall of the zone; both days included.
    package var from: String
    package var to: String
    package var ticks: [TickAnswer]
    package var days: [ShiftedDayAnswer]
    /// There are more ticks than are shown.
    package var cut: Bool

    private enum CodingKeys: String, CodingKey {
        case expression, zone, sentence, from, to, ticks, days, cut
    }

    package init(
        expression: String, zone: String, sentence: String, from: String, to: String, ticks: [TickAnswer],
        days: [ShiftedDayAnswer],
        cut: Bool
    ) {
        self.expression = expression
        self.zone = zone
        self.sentence = sentence
        self.from = from
        self.to = to
        self.ticks = ticks
        self.days = days
        self.cut = cut
    }
}

/// A day on which the clock is shifted.
package struct ShiftedDayAnswer: Sendable, Hashable, Codable {
    package var date: String
    package var at: Instant
    /// `gap` or `overlap`.
    package var shift: String
    /// What happens that day.
    package var sentence: String

    private enum CodingKeys: String, CodingKey {
        case date, at, shift, sentence
    }

    package init(date: String, at: Instant, shift: String, sentence: String) {
        self.date = date
        self.at = at
        self.shift = shift
        self.sentence = sentence
    }
}
