import Cron

/// What the sources said about a schedule so far; nil where the default follows from the rest.
struct ScheduleDraft: Sendable {
    /// The one word for "either day field suffices".
    enum Days: String, Sendable, CaseIterable {
        case either
    }

    var kind: String?
    var payload = "{}"
    var cron: CronExpression?
    var zone: Zone?
    var days: Days?
    var money = false
    var catchUp: ScheduleDefinition.CatchUp?
    var catchUpLimit = 100
    var maxLateness: Duration?
    var overlap = ScheduleDefinition.Overlap.queue
    var pauseOnFailure: Bool?
    var enabled = true
    var stagger: Duration?

    /// Money waits to be caught up with; for anything else the latest tick stands for those before it.
    var effectiveCatchUp: ScheduleDefinition.CatchUp { catchUp ?? (money ? .all : .latest) }
    var effectivePauseOnFailure: Bool { pauseOnFailure ?? money }

    /// Nil while something required is missing.
    func definition(named name: String) -> ScheduleDefinition? {
        guard let kind, let cron, let zone else { return nil }
        return ScheduleDefinition(
            name: name, kind: kind, payload: payload, cron: cron, zone: zone, daysEither: days == .either, money: money,
            catchUp: effectiveCatchUp, catchUpLimit: catchUpLimit, maxLateness: maxLateness, overlap: overlap,
            pauseOnFailure: effectivePauseOnFailure, enabled: enabled, stagger: stagger)
    }
}
