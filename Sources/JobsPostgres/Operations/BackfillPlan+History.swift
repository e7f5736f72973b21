import Cron
import Postgres
import Primitives
import Scheduling

extension BackfillPlan {
    /// What became of the ticks of a span so far.
    struct History {
        /// What became of one of them.
        enum Fate {
            /// Nobody decided it.
            case open
            case undecided, ran, backfilled, passedOver
        }

        private let decisions: [String: String]
        private let stretches: [DecidedStretch]
        private let periods: Set<String>

        /// Zone files may have moved a stretch by as much since it was written.
        private static let margin = Duration.seconds(2 * 86_400)

        init(of ticks: [Tick], schedule: Int64, on runner: some StatementRunner) async throws {
            let keys = ticks.map(\.key) + ticks.map { BackfillPlan.key($0) }
            let decided = try await runner.run(DecisionsOfTicks(schedule: schedule, keys: keys))
            decisions = Dictionary(decided.map { ($0.key, $0.decision) }, uniquingKeysWith: { first, _ in first })
            periods = Set(
                try await runner.run(PeriodsRun(schedule: schedule, periods: ticks.compactMap(\.period))))
            guard let first = ticks.first, let last = ticks.last else {
                stretches = []
                return
            }
            let span = first.instant - Self.margin...last.instant + Self.margin
            stretches = try await runner.run(StretchesOfTicks(schedule: schedule, span: span))
        }

        func fate(of tick: Tick, _ schedule: Schedule, in stored: StoredSchedule) -> Fate {
            if decisions[BackfillPlan.key(tick)] != nil { return .backfilled }
            switch decisions[tick.key] {
            case "enqueued": return .ran
            case nil where isUndecided(tick, schedule, in: stored): return .undecided
            case let decision:
                if let period = tick.period, periods.contains(period) { return .ran }
                let isPassedOver = decision != nil || stretches.contains { $0.holds(tick, of: schedule) }
                return isPassedOver ? .passedOver : .open
            }
        }

        private func isUndecided(_ tick: Tick, _ schedule: Schedule, in stored: StoredSchedule) -> Bool {
            if schedule.expression.isFixed, let wall = stored.wall { return tick.nominal > wall }
            return tick.instant > stored.cursor
        }
    }
}
