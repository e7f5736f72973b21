package import Primitives

/// The clock that decides what is due, and whether a jump of it holds what moves money.
package struct ClockAnswer: Sendable, Hashable, Codable {
    /// What it shows: the database's.
    package var now: Instant
    /// What the clock of the daemon's machine shows.
    package var machine: Instant
    /// The newest hold, open or ended; null when there was none ever.
    @Nullable package var hold: ClockHoldAnswer?
    /// The schedules that wait because of it, while it is open.
    package var held: [String]

    private enum CodingKeys: String, CodingKey {
        case now, machine, hold, held
    }

    package init(now: Instant, machine: Instant, hold: ClockHoldAnswer? = nil, held: [String]) {
        self.now = now
        self.machine = machine
        self.hold = hold
        self.held = held
    }
}

/// A jump of the clock, and what it held.
package struct ClockHoldAnswer: Sendable, Hashable, Codable {
    package var id: IntegerText
    package var open: Bool
    /// By the clock that had jumped.
    package var since: Instant
    /// What the clock showed beyond the time that had gone by.
    package var jumpSeconds: Double
    /// Who found it out.
    package var seenBy: String
    @Nullable package var endedAt: Instant?
    @Nullable package var endedBy: String?
    @Nullable package var reason: String?

    private enum CodingKeys: String, CodingKey {
        case id, open, since
        case jumpSeconds = "jump_seconds"
        case seenBy = "seen_by"
        case endedAt = "ended_at"
        case endedBy = "ended_by"
        case reason
    }

    package init(
        id: IntegerText, open: Bool, since: Instant, jumpSeconds: Double, seenBy: String, endedAt: Instant? = nil,
        endedBy: String? = nil, reason: String? = nil
    ) {
        self.id = id
        self.open = open
        self.since = since
        self.jumpSeconds = jumpSeconds
        self.seenBy = seenBy
        self.endedAt = endedAt
        self.endedBy = endedBy
        self.reason = reason
    }
}

/// What became of a confirmation.
package struct ClockConfirmed: Sendable, Hashable, Codable {
    /// False when nothing was held.
    package var changed: Bool
    package var clock: ClockAnswer

    private enum CodingKeys: String, CodingKey {
        case changed, clock
    }

    package init(changed: Bool, clock: ClockAnswer) {
        self.changed = changed
        self.clock = clock
    }
}
