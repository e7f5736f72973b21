/// What one source says: each key with what it assigns and where.
struct Layer: Sendable {
    struct Entry<Root>: Sendable {
        var origin: ConfigurationOrigin
        var assign: Setting<Root>.Assignment
    }

    /// A thing that has a name, and keys of its own.
    struct Named<Root>: Sendable {
        /// Where the source names it.
        var origin: ConfigurationOrigin
        var entries: [String: Entry<Root>] = [:]

        /// Lays what a later source says over this.
        mutating func merge(_ later: Named) {
            origin = later.origin
            entries.merge(later.entries) { _, new in new }
        }
    }

    typealias Schedule = Named<ScheduleDraft>
    typealias Limit = Named<Configuration.KindLimit>

    var settings: [String: Entry<Configuration>] = [:]
    var schedules: [String: Schedule] = [:]
    /// By the kind.
    var limits: [String: Limit] = [:]

    /// Lays a later source over this one: it wins key by key.
    mutating func merge(_ later: Layer) {
        settings.merge(later.settings) { _, new in new }
        schedules.merge(later.schedules, uniquingKeysWith: Self.merged)
        limits.merge(later.limits, uniquingKeysWith: Self.merged)
    }

    private static func merged<Root>(_ known: Named<Root>, _ later: Named<Root>) -> Named<Root> {
        var merged = known
        merged.merge(later)
        return merged
    }
}
