import Config
import Cron
import Scheduling

extension Schedule {
    /// The file's schedule as the scheduler knows it.
    init(_ definition: ScheduleDefinition, enabled: Bool) {
        self.init(
            name: definition.name, kind: definition.kind, payload: definition.payload, expression: definition.cron,
            zone: definition.zone, money: definition.money, catchUp: CatchUp(definition.catchUp),
            catchUpLimit: definition.catchUpLimit, maxLateness: definition.maxLateness,
            overlap: Overlap(definition.overlap), pauseOnFailure: definition.pauseOnFailure, enabled: enabled,
            stagger: definition.stagger)
    }
}

extension Schedule.CatchUp {
    init(_ catchUp: ScheduleDefinition.CatchUp) {
        switch catchUp {
        case .all: self = .all
        case .latest: self = .latest
        case .none: self = .none
        }
    }
}

extension Schedule.Overlap {
    init(_ overlap: ScheduleDefinition.Overlap) {
        switch overlap {
        case .queue: self = .queue
        case .skip: self = .skip
        case .allow: self = .allow
        }
    }
}
