import Cron
import Primitives

/// What a rule will do: in words, its next runs, and the next clock changes that touch it.
struct RulePreview: Sendable, Encodable {
    let expression: String
    let zone: String
    let sentence: String
    /// Fixed times run once on a day of a clock change; a wildcard follows the wall.
    let isFixed: Bool
    /// Both day fields are restricted: either suffices, where many readers expect both.
    let restrictsBothDays: Bool
    let next: [ShownTick]
    let nextGap: String?
    let nextOverlap: String?

    private enum CodingKeys: String, CodingKey {
        case expression, zone, sentence, next
        case isFixed = "fixed"
        case restrictsBothDays = "restricts_both_days"
        case nextGap = "next_gap"
        case nextOverlap = "next_overlap"
    }

    private static let nextCount = 5

    init(_ rule: ExpressionInZone, after instant: Instant) {
        expression = rule.expression.text
        zone = rule.zone.identifier
        sentence = rule.expression.sentence(in: rule.zone)
        isFixed = rule.expression.isFixed
        restrictsBothDays = rule.expression.restrictsBothDays
        next = rule.ticks(after: instant, count: Self.nextCount)
        nextGap = rule.expression.nextGap(after: instant, in: rule.zone)?.sentence
        nextOverlap = rule.expression.nextOverlap(after: instant, in: rule.zone)?.sentence
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(expression, forKey: .expression)
        try container.encode(zone, forKey: .zone)
        try container.encode(sentence, forKey: .sentence)
        try container.encode(isFixed, forKey: .isFixed)
        try container.encode(restrictsBothDays, forKey: .restrictsBothDays)
        try container.encode(next, forKey: .next)
        try container.encode(nextGap, forKey: .nextGap)
        try container.encode(nextOverlap, forKey: .nextOverlap)
    }

    /// The lines, each after `indent` spaces.
    func text(for stream: TextStream, indent: Int = 0) -> String {
        var facts = Facts()
        facts.add("in words", sentence)
        facts.add("days", restrictsBothDays ? "a day needs to match only one of the two day fields" : nil, .yellow)
        facts.add("kind", isFixed ? "fixed times: once on a day of a clock change" : "wildcard: follows the wall clock")
        for (index, tick) in next.enumerated() {
            facts.add(index == 0 ? "next runs" : "", "\(tick.local)  \(tick.at)")
        }
        if next.isEmpty { facts.add("next runs", "never within 50 years", .red) }
        facts.add("next gap", nextGap ?? "none touches it")
        facts.add("next overlap", nextOverlap ?? "none touches it")
        return facts.text(for: stream, indent: indent)
    }
}
