import Cron
import Postgres
package import Primitives
package import Scheduling

/// Which ticks of a span an operator would have run afterwards, and which not.
package struct BackfillPlan: Sendable, Hashable {
    package let schedule: Schedule
    package let span: ClosedRange<Instant>
    /// Ticks that are passed over, by the reason.
    package let skipped: Skipped
    /// What would run, oldest first.
    package let ticks: [Tick]
    /// Of this very plan: any change of the schedule or of what has run makes another.
    package let digest: String

    /// The most ticks of one plan, those that are passed over included.
    package static let ticksMax = 10_000
    /// Counted no further when there are too many: nineteen years of minutes.
    static let countMax = 10_000_000
    /// So many are counted before others have their turn.
    private static let countBreath = 100_000
    /// How its runs stand to each other and to the schedule's own.
    package static let order =
        "one at a time, in the order of the ticks, beside the schedule's own runs: neither waits for the other"

    /// A short name of this very plan, as the key has it that keeps its runs in order.
    var name: String { String(digest.prefix(16)) }

    /// Why ticks are passed over.
    package struct Skipped: Sendable, Hashable {
        /// They became jobs when they were due.
        package var ran = 0
        /// Another backfill had them run.
        package var backfilled = 0
        /// They were decided without a job: missed, disabled, or in the way of the run before.
        package var passedOver = 0
        /// The scheduler has yet to decide them.
        package var undecided = 0
    }
}

/// What a backfill is to cover.
package struct BackfillWish: Sendable, Hashable {
    package let schedule: String
    package let from: Instant
    /// Included.
    package let through: Instant
    /// Ticks that were decided without a job run too.
    package let includesPassedOver: Bool

    package init(schedule: String, from: Instant, through: Instant, includesPassedOver: Bool) {
        self.schedule = schedule
        self.from = from
        self.through = through
        self.includesPassedOver = includesPassedOver
    }
}

extension BackfillPlan {
    /// A tick's key as the backfill's own.
    static func key(_ tick: Tick) -> String { "backfill/" + tick.key }

    /// Plans; refuses a span with too many ticks, or with ticks yet to come.
    init(
        _ wish: BackfillWish, of view: ScheduleView, now: Instant, on runner: some StatementRunner
    ) async throws {
        guard wish.from <= wish.through else {
            throw OperationRefusal.invalid("from", "the span ends before it begins", hint: "swap --from and --to")
        }
        let schedule = try view.stored.schedule()
        let all = try await Self.ticks(of: schedule, wish, now: now)
        let history = try await History(of: all, schedule: view.stored.id, on: runner)
        var skipped = Skipped()
        let chosen = all.filter { tick in
            switch history.fate(of: tick, schedule, in: view.stored) {
            case .open: return true
            case .undecided: skipped.undecided += 1
            case .backfilled: skipped.backfilled += 1
            case .ran: skipped.ran += 1
            case .passedOver:
                if wish.includesPassedOver { return true }
                skipped.passedOver += 1
            }
            return false
        }
        let text = "\(view.stored.id) \(view.stored.revision)\n" + chosen.map { $0.key + "\n" }.joined()
        self.init(
            schedule: schedule, span: wish.from...wish.through, skipped: skipped, ticks: chosen,
            digest: try await runner.first(DigestOfText(text: text)) ?? "")
    }

    /// All ticks of the span as if each were due at its instant.
    private static func ticks(
        of schedule: Schedule, _ wish: BackfillWish, now: Instant
    ) async throws -> [Tick] {
        try await refuseFuture(schedule, wish, now: now)
        var rule = schedule
        rule.enabled = true
        rule.catchUp = .all
        rule.maxLateness = nil
        rule.overlap = .allow
        rule.stagger = nil
        rule.catchUpLimit = ticksMax + 1
        let before = Instant(microseconds: wish.from.microseconds - 1)
        let ticks = rule.decide(cursor: before, now: wish.through, hasUnfinished: false).ticks
        guard ticks.count <= ticksMax else {
            let count = try await count(of: schedule, after: before, through: wish.through)
            throw OperationRefusal.invalid(
                "to", "the span has \(count) ticks, and one backfill takes \(ticksMax) at most",
                hint: "take it in parts: end the first at \(ticks[ticksMax - 1].instant)")
        }
        return ticks
    }

    private static func refuseFuture(
        _ schedule: Schedule, _ wish: BackfillWish, now: Instant
    ) async throws {
        let begin = max(now, Instant(microseconds: wish.from.microseconds - 1))
        guard let first = schedule.nextDue(after: begin), first <= wish.through else { return }
        let count = try await count(of: schedule, after: begin, through: wish.through)
        throw OperationRefusal.invalid(
            "to", "\(count) ticks of the span are yet to come, the first at \(first)",
            hint: "end it before now; the scheduler takes what is to come")
    }

    private static func count(
        of schedule: Schedule, after instant: Instant, through: Instant
    ) async throws -> String {
        var count = 0
        var cursor = instant
        while let next = schedule.expression.next(after: cursor, in: schedule.zone), next <= through {
            guard count < countMax else { return "more than \(countMax)" }
            count += 1
            cursor = next
            guard count.isMultiple(of: countBreath) else { continue }
            try Task.checkCancellation()
            await Task.yield()
        }
        return "\(count)"
    }
}
