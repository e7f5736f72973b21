/// What one source says: each key with what it assigns and where.
struct Layer: Sendable {
    struct Entry<Root>: Sendable {
        var origin: ConfigurationOrigin
        var assign: Setting<Root>.Assignment
    }

    struct Schedule: Sendable {
        /// Where the source names it.
        var origin: ConfigurationOrigin
        var entries: [String: Entry<ScheduleDraft>] = [:]
    }

    var settings: [String: Entry<Configuration>] = [:]
    var schedules: [String: Schedule] = [:]

    /// Lays a later source over this one: it wins key by key.
    mutating func merge(_ later: Layer) {
        settings.merge(later.settings) { _, new in new }
        for (name, schedule) in later.schedules {
            guard var known = schedules[name] else {
                schedules[name] = schedule
                continue
            }
            known.origin = schedule.origin
            known.entries.merge(schedule.entries) { _, new in new }
            schedules[name] = known
        }
    }
}
