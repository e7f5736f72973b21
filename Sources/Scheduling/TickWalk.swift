import Cron
import Primitives

/// The ticks of a schedule from a place on, in their order.
///
/// A fixed schedule's place is a local time. Of an update of the zone files that moves instants it therefore takes each
/// local time once: not those again whose instant came to lie ahead, and late those whose instant came to lie behind.
struct TickWalk {
    private let expression: CronExpression
    private let zone: Zone
    /// Every tick up to and including this instant is taken.
    private(set) var cursor: Instant
    /// The same as a local time; nil for wildcards.
    private(set) var wall: CivilDateTime?
    /// The first tick that is not taken.
    private(set) var upcoming: CronTick?

    /// - Parameter wall: nil: as far as a wall had come by the cursor.
    init(of schedule: Schedule, cursor: Instant, wall: CivilDateTime?) {
        expression = schedule.expression
        zone = schedule.zone
        self.cursor = cursor
        self.wall = expression.isFixed ? wall ?? zone.wallReached(by: cursor) : nil
        upcoming = find()
    }

    /// When the upcoming tick is due: at once if its instant lies behind the cursor.
    var due: Instant? {
        upcoming.map { max($0.instant, Instant(microseconds: cursor.microseconds + 1)) }
    }

    /// Takes the upcoming tick.
    mutating func take() {
        guard let tick = upcoming else { return }
        cursor = max(cursor, tick.instant)
        // A run that several local times share, at the end of a gap, is taken for all of them.
        if let before = wall { wall = max(before, zone.wallReached(by: tick.instant)) }
        upcoming = find()
    }

    private func find() -> CronTick? {
        if let wall { return expression.nextTick(afterWall: wall, in: zone) }
        return expression.nextTick(after: cursor, in: zone)
    }
}
