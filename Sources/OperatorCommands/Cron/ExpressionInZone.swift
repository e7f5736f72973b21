import AdminAPI
import Cron
import Primitives

/// An expression and a zone as they were typed, read.
struct ExpressionInZone {
    let expression: CronExpression
    let zone: Zone

    init(_ text: String, zone identifier: String) throws(CommandFailure) {
        do { expression = try CronExpression(text) } catch { throw CommandFailure(error, in: text) }
        do { zone = try Zone(identifier) } catch { throw CommandFailure(error) }
    }

    init(_ expression: CronExpression, _ zone: Zone) {
        self.expression = expression
        self.zone = zone
    }

    /// Up to `count` ticks after an instant.
    func ticks(after instant: Instant, count: Int) -> [ShownTick] {
        var ticks: [ShownTick] = []
        var cursor = instant
        while ticks.count < count, let tick = expression.nextTick(after: cursor, in: zone) {
            ticks.append(ShownTick(tick, in: zone))
            cursor = tick.instant
        }
        return ticks
    }
}

/// A tick in UTC, on the wall of its zone, and as the rule says it.
struct ShownTick: Sendable, Hashable, Encodable {
    let at: Instant
    let local: String
    let nominal: String

    init(_ tick: CronTick, in zone: Zone) {
        at = tick.instant
        local = tick.instant.local(offset: zone.offset(at: tick.instant))
        nominal = tick.nominal.description
    }
}

extension Table {
    /// Ticks, one a line.
    init(_ ticks: [ShownTick]) {
        self.init([.text("LOCAL"), .text("UTC")])
        for tick in ticks { add([Cell(tick.local), Cell(tick.at.rfc3339)]) }
    }
}
