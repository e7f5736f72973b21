package import Cron
import Primitives
package import Scheduling

extension StoredSchedule {
    /// The rule itself. Throws when this build cannot read what another one wrote.
    ///
    /// - Parameter zones: where zones come from.
    package func schedule(
        zones: (String) throws -> Zone = { try Zone($0) }
    ) throws(UnreadableSchedule) -> Schedule {
        do {
            guard let catchUp = Schedule.CatchUp(rawValue: catchUp), let overlap = Schedule.Overlap(rawValue: overlap)
            else { throw UnreadableSchedule(name: name, reason: "catch_up or overlap is not known to this build") }
            return Schedule(
                name: name, kind: kind, payload: payload, expression: try CronExpression(expression),
                zone: try zones(zone), money: money, catchUp: catchUp, catchUpLimit: Int(catchUpLimit),
                maxLateness: maxLatenessMicroseconds.map { .microseconds($0) }, overlap: overlap,
                pauseOnFailure: pauseOnFailure, enabled: enabled,
                stagger: staggerMicroseconds.map { .microseconds($0) })
        } catch let error as UnreadableSchedule {
            throw error
        } catch {
            throw UnreadableSchedule(name: name, reason: "\(error)")
        }
    }
}

/// A stored schedule that this build cannot read: its zone left the zone files, or another build wrote it.
package struct UnreadableSchedule: Error, Sendable, Hashable, CustomStringConvertible {
    package let name: String
    package let reason: String

    package var description: String {
        "schedule \(name) cannot be read: \(reason); it fires nothing until the file names it rightly again"
    }
}
