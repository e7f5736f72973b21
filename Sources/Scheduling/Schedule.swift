package import Cron
import Primitives

/// A rule when, and what to start then.
package struct Schedule: Sendable, Hashable {
    /// What becomes of ticks that nobody was there to decide in time.
    package enum CatchUp: String, Sendable, Hashable, CaseIterable {
        case all, latest, none
    }

    /// What becomes of a tick while the run before it is not over.
    package enum Overlap: String, Sendable, Hashable, CaseIterable {
        case queue, skip, allow
    }

    package var name: String
    package var kind: String
    /// JSON text of an object, given to each job.
    package var payload: String
    package var expression: CronExpression
    package var zone: Zone
    package var money: Bool
    package var catchUp: CatchUp
    /// Jobs that one pass makes of missed ticks; and ticks in a row that become none and still get a row each.
    package var catchUpLimit: Int
    /// A tick found later than this is missed, whatever `catchUp` says; nil: never too late.
    package var maxLateness: Duration?
    package var overlap: Overlap
    package var pauseOnFailure: Bool
    package var enabled: Bool
    /// Each job begins later than its tick by an offset of its own, less than this; nil: none does.
    package var stagger: Duration?

    /// A tick found within this of its instant is on time.
    package static let punctuality = Duration.seconds(60)

    package init(
        name: String, kind: String, payload: String = "{}", expression: CronExpression, zone: Zone, money: Bool = false,
        catchUp: CatchUp? = nil, catchUpLimit: Int = 100, maxLateness: Duration? = nil, overlap: Overlap = .queue,
        pauseOnFailure: Bool? = nil, enabled: Bool = true, stagger: Duration? = nil
    ) {
        precondition(catchUpLimit > 0, "a pass that may decide nothing never ends")
        self.name = name
        self.kind = kind
        self.payload = payload
        self.expression = expression
        self.zone = zone
        self.money = money
        self.catchUp = catchUp ?? (money ? .all : .latest)
        self.catchUpLimit = catchUpLimit
        self.maxLateness = maxLateness
        self.overlap = overlap
        self.pauseOnFailure = pauseOnFailure ?? money
        self.enabled = enabled
        self.stagger = stagger
    }
}
