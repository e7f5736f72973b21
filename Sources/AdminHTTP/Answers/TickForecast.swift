import AdminAPI
import Cron
import Primitives
import Scheduling

/// The next ticks of schedules, in the order in which they come.
enum TickForecast {
    /// The first tick of a schedule after an instant.
    static func next(of schedule: Schedule, after instant: Instant) -> TickAnswer? {
        schedule.expression.nextTick(after: instant, in: schedule.zone).map { TickAnswer($0, of: schedule) }
    }

    /// The first `count` ticks over all schedules after an instant; ties in the order of the schedules.
    static func next(_ count: Int, of schedules: [Schedule], after instant: Instant) -> [TickAnswer] {
        var upcoming = schedules.compactMap { schedule in
            schedule.expression.nextTick(after: instant, in: schedule.zone).map { (schedule: schedule, tick: $0) }
        }
        var ticks: [TickAnswer] = []
        while ticks.count < count {
            let earliest = upcoming.indices.min { left, right in
                (upcoming[left].tick.instant, left) < (upcoming[right].tick.instant, right)
            }
            guard let earliest else { break }
            let (schedule, tick) = upcoming[earliest]
            ticks.append(TickAnswer(tick, of: schedule))
            if let following = schedule.expression.nextTick(after: tick.instant, in: schedule.zone) {
                upcoming[earliest].tick = following
            } else {
                upcoming.remove(at: earliest)
            }
        }
        return ticks
    }
}

extension TickAnswer {
    /// A tick as the wire says it.
    init(_ tick: CronTick, of schedule: Schedule) {
        let zone = schedule.zone
        self.init(
            schedule: schedule.name, at: tick.instant, local: tick.instant.local(offset: zone.offset(at: tick.instant)),
            zone: zone.identifier, nominal: tick.nominal.description, note: tick.note(in: zone))
    }
}
