package import Primitives

/// A tick that is to come.
package struct TickAnswer: Sendable, Hashable, Codable {
    package var schedule: String
    package var at: Instant
    /// The same instant on the wall of its zone, with the offset.
    package var local: String
    package var zone: String
    /// What the rule says; differs from `local` where that time does not exist.
    package var nominal: String
    /// What the clock change of that day does to it.
    @Nullable package var note: String?

    private enum CodingKeys: String, CodingKey {
        case schedule, at, local, zone, nominal, note
    }

    package init(schedule: String, at: Instant, local: String, zone: String, nominal: String, note: String? = nil) {
        self.schedule = schedule
        self.at = at
        self.local = local
        self.zone = zone
        self.nominal = nominal
        self.note = note
    }
}

/// The next ticks over all schedules, in their order.
package struct TicksAnswer: Sendable, Hashable, Codable {
    package var ticks: [TickAnswer]
    /// The schedules that were passed over.
    package var passedOver: [PassedOverSchedule]

    private enum CodingKeys: String, CodingKey {
        case ticks
        case passedOver = "passed_over"
    }

    package init(ticks: [TickAnswer], passedOver: [PassedOverSchedule]) {
        self.ticks = ticks
        self.passedOver = passedOver
    }
}

/// A schedule that fires nothing now, and why.
package struct PassedOverSchedule: Sendable, Hashable, Codable {
    package var schedule: String
    package var why: String

    private enum CodingKeys: String, CodingKey {
        case schedule, why
    }

    package init(schedule: String, why: String) {
        self.schedule = schedule
        self.why = why
    }
}
