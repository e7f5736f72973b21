package import Primitives

/// One schedule: its rule, whether it fires, and when next.
package struct ScheduleAnswer: Sendable, Hashable, Codable {
    package var name: String
    package var kind: String
    package var expression: String
    /// The expression in words.
    package var sentence: String
    package var zone: String
    package var money: Bool
    package var catchUp: String
    package var overlap: String
    package var pauseOnFailure: Bool
    /// Off: its ticks are decided as `disabled`.
    package var enabled: Bool
    /// Its jobs begin up to this much later than their ticks.
    @Nullable package var staggerSeconds: Double?
    /// Set while its ticks wait for a person.
    @Nullable package var paused: SchedulePause?
    /// Set while its ticks wait because the clock jumped.
    @Nullable package var held: SchedulePause?
    /// `file`, or `operator` when it was made at run time.
    package var origin: String
    /// Who made it at run time, or edited it last.
    @Nullable package var madeBy: String?
    /// The newest switch that an operator threw; it goes before what the file says.
    @Nullable package var toggle: ScheduleToggleAnswer?
    /// Every tick up to and including this instant is decided.
    package var cursor: Instant
    @Nullable package var next: TickAnswer?
    @Nullable package var lastRun: RunAnswer?
    /// Why this build cannot fire it.
    @Nullable package var error: String?

    private enum CodingKeys: String, CodingKey {
        case name, kind, expression, sentence, zone, money
        case catchUp = "catch_up"
        case overlap
        case pauseOnFailure = "pause_on_failure"
        case enabled
        case staggerSeconds = "stagger_seconds"
        case paused, held, origin
        case madeBy = "made_by"
        case toggle, cursor, next
        case lastRun = "last_run"
        case error
    }

    package init(
        name: String, kind: String, expression: String, sentence: String, zone: String, money: Bool, catchUp: String,
        overlap: String, pauseOnFailure: Bool, enabled: Bool, staggerSeconds: Double? = nil,
        paused: SchedulePause? = nil, held: SchedulePause? = nil, origin: String = "file", madeBy: String? = nil,
        toggle: ScheduleToggleAnswer? = nil, cursor: Instant,
        next: TickAnswer? = nil, lastRun: RunAnswer? = nil, error: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.expression = expression
        self.sentence = sentence
        self.zone = zone
        self.money = money
        self.catchUp = catchUp
        self.overlap = overlap
        self.pauseOnFailure = pauseOnFailure
        self.enabled = enabled
        self.staggerSeconds = staggerSeconds
        self.paused = paused
        self.held = held
        self.origin = origin
        self.madeBy = madeBy
        self.toggle = toggle
        self.cursor = cursor
        self.next = next
        self.lastRun = lastRun
        self.error = error
    }
}

/// Who holds a schedule's ticks, since when and why.
package struct SchedulePause: Sendable, Hashable, Codable {
    package var since: Instant
    package var by: String
    package var reason: String

    private enum CodingKeys: String, CodingKey {
        case since, by, reason
    }

    package init(since: Instant, by: String, reason: String) {
        self.since = since
        self.by = by
        self.reason = reason
    }
}

/// An operator's word on whether a schedule fires.
package struct ScheduleToggleAnswer: Sendable, Hashable, Codable {
    package var enabled: Bool
    package var at: Instant
    package var by: String
    @Nullable package var reason: String?

    private enum CodingKeys: String, CodingKey {
        case enabled, at, by, reason
    }

    package init(enabled: Bool, at: Instant, by: String, reason: String? = nil) {
        self.enabled = enabled
        self.at = at
        self.by = by
        self.reason = reason
    }
}

/// How many schedules there are, and which of them do not fire.
package struct ScheduleCounts: Sendable, Hashable, Codable {
    package var total: Int
    package var paused: [PausedSchedule]
    package var disabled: [String]
    /// The open hold of the clock; none of money fires while there is one.
    @Nullable package var clockHold: ClockHoldAnswer?

    private enum CodingKeys: String, CodingKey {
        case total, paused, disabled
        case clockHold = "clock_hold"
    }

    package init(
        total: Int, paused: [PausedSchedule], disabled: [String], clockHold: ClockHoldAnswer? = nil
    ) {
        self.total = total
        self.paused = paused
        self.disabled = disabled
        self.clockHold = clockHold
    }
}

/// A schedule whose ticks wait for a person.
package struct PausedSchedule: Sendable, Hashable, Codable {
    package var name: String
    package var pause: SchedulePause

    private enum CodingKeys: String, CodingKey {
        case name, pause
    }

    package init(name: String, pause: SchedulePause) {
        self.name = name
        self.pause = pause
    }
}
