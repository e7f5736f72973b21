import Cron
import Scheduling
import Synchronization

/// Schedules as they were read from their rows: a row that was not edited since is not read again, until the zone files
/// are.
final class ReadSchedules: Sendable {
    private let zones: @Sendable (String) throws -> Zone
    private let held = Mutex(Held())

    private struct Held {
        var generation = ZoneFiles.generation
        var schedules: [Int64: (revision: Int64, result: Result<Schedule, UnreadableSchedule>)] = [:]
        /// Those among them that make no sense, by their revision: they are asked for at each look.
        var bad: [Int64: Int64] = [:]
        /// Those whose line in the log is still owed.
        var owed: Set<Int64> = []

        mutating func renew() {
            let now = ZoneFiles.generation
            if generation != now { self = Held(generation: now) }
        }
    }

    /// More are not kept: all are read anew then.
    private static let capacity = 50_000

    init(zones: @escaping @Sendable (String) throws -> Zone) {
        self.zones = zones
    }

    /// The rule of a row; throws what makes no sense of it.
    func schedule(of stored: StoredSchedule) throws(UnreadableSchedule) -> Schedule {
        let result = held.withLock { held in
            held.renew()
            if let known = held.schedules[stored.id], known.revision == stored.revision { return known.result }
            if held.schedules.count >= Self.capacity { held = Held() }
            let result = Result { () throws(UnreadableSchedule) in try stored.schedule(zones: zones) }
            held.schedules[stored.id] = (stored.revision, result)
            if case .failure = result {
                held.owed.insert(stored.id)
                held.bad[stored.id] = stored.revision
            } else {
                held.bad[stored.id] = nil
            }
            return result
        }
        return try result.get()
    }

    /// The rows that make no sense, with the revision that makes none: nothing will come of asking for them again.
    var unreadable: (ids: [Int64], revisions: [Int64]) {
        held.withLock { held in
            held.renew()
            return (Array(held.bad.keys), Array(held.bad.values))
        }
    }

    /// What makes no sense and was not told of yet; it counts as told now.
    func news() -> [UnreadableSchedule] {
        held.withLock { held in
            defer { held.owed = [] }
            return held.owed.sorted().compactMap { id in
                if case .failure(let error)? = held.schedules[id]?.result { error } else { nil }
            }
        }
    }
}
