/// What can be done to a schedule, whoever made it.
package enum ScheduleAction: String, Sendable, Hashable, CaseIterable {
    case enable, disable, pause, resume
}

/// A schedule as an operator writes it: the keys of the configuration file, all that is left out as there.
package struct ScheduleRequest: Sendable, Hashable, Codable {
    package var kind: String?
    package var cron: String?
    package var zone: String?
    /// `either`: needed where the expression restricts both day fields.
    package var days: String?
    package var money: Bool?
    package var payload: JSONValue?
    package var catchUp: String?
    package var catchUpLimit: Int?
    package var maxLateness: String?
    package var stagger: String?
    package var overlap: String?
    package var pauseOnFailure: Bool?
    /// Left out, an edit leaves it as it is.
    package var enabled: Bool?
    /// Why, for the audit.
    package var reason: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, cron, zone, days, money, payload
        case catchUp = "catch_up"
        case catchUpLimit = "catch_up_limit"
        case maxLateness = "max_lateness"
        case stagger, overlap
        case pauseOnFailure = "pause_on_failure"
        case enabled, reason
    }

    package init() {}

    /// Every key that there is.
    package static let keys = CodingKeys.allCases.map(\.rawValue)
}

/// Why an operator wants something, for the audit.
package struct ReasonRequest: Sendable, Hashable, Codable {
    @Nullable package var reason: String?

    private enum CodingKeys: String, CodingKey {
        case reason
    }

    package init(reason: String? = nil) {
        self.reason = reason
    }
}

/// What became of a schedule.
package struct ScheduleChanged: Sendable, Hashable, Codable {
    /// False when all was as wished already.
    package var changed: Bool
    /// As it is now; null when it was deleted.
    @Nullable package var schedule: ScheduleAnswer?

    private enum CodingKeys: String, CodingKey {
        case changed, schedule
    }

    package init(changed: Bool, schedule: ScheduleAnswer?) {
        self.changed = changed
        self.schedule = schedule
    }
}
