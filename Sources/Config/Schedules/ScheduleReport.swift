import Cron
package import Primitives

/// What a schedule will do, for `config check`: in words, its next runs, and the next shifts of the clock it meets.
package struct ScheduleReport: Sendable, Hashable, Encodable {
    /// A coming run, on both clocks.
    package struct Run: Sendable, Hashable, Encodable {
        package let instant: Instant
        /// With its offset: `2026-11-22T02:00:00-03:00`.
        package let local: String
    }

    package let name: String
    package let kind: String
    package let cron: String
    package let zone: String
    package let isEnabled: Bool
    /// The expression in words.
    package let sentence: String
    package let next: [Run]
    /// The next skipped local times that the expression names; nil when there are none in sight.
    package let gap: ClockShift?
    /// The next repeated local times that the expression names; nil when there are none in sight.
    package let overlap: ClockShift?

    /// Runs that are shown.
    package static let runsShown = 5
    /// Shifts of a zone's clock that are looked at: some 20 years of summer time.
    private static let shiftsMax = 40

    package init(_ schedule: ScheduleDefinition, isEnabled: Bool, after now: Instant) {
        name = schedule.name
        kind = schedule.kind
        cron = schedule.cron.text
        zone = schedule.zone.identifier
        self.isEnabled = isEnabled
        sentence = schedule.cron.sentence(in: schedule.zone)
        next = Self.runs(of: schedule, after: now)
        var gap: ClockShift?
        var overlap: ClockShift?
        var position = now
        for _ in 0..<Self.shiftsMax where gap == nil || overlap == nil {
            guard let transition = schedule.zone.nextTransition(after: position) else { break }
            position = transition.instant
            guard let shift = ClockShift(transition, touching: schedule) else { continue }
            if transition.isGap { gap = gap ?? shift } else { overlap = overlap ?? shift }
        }
        self.gap = gap
        self.overlap = overlap
    }

    private static func runs(of schedule: ScheduleDefinition, after now: Instant) -> [Run] {
        var runs: [Run] = []
        var position = now
        while runs.count < runsShown, let instant = schedule.cron.next(after: position, in: schedule.zone) {
            runs.append(Run(instant: instant, local: schedule.zone.localText(of: instant)))
            position = instant
        }
        return runs
    }
}

extension ScheduleReport: CustomStringConvertible {
    /// A paragraph for a terminal.
    package var description: String {
        var lines = ["\(name): \(sentence)" + (isEnabled ? "" : " (switched off)")]
        lines += next.map { "  next     \($0.local)  \($0.instant.rfc3339)" }
        if next.isEmpty { lines.append("  next     never") }
        if let gap { lines.append("  gap      \(gap.sentence)") }
        if let overlap { lines.append("  overlap  \(overlap.sentence)") }
        return lines.joined(separator: "\n")
    }
}

extension LoadedConfiguration {
    /// What each schedule will do after `now`.
    package func scheduleReports(after now: Instant) -> [ScheduleReport] {
        configuration.schedules.map { schedule in
            ScheduleReport(schedule, isEnabled: configuration.isEnabled(schedule), after: now)
        }
    }
}

extension Zone {
    /// The local time with its offset, such as `2026-11-22T02:00:00-03:00`.
    fileprivate func localText(of instant: Instant) -> String {
        let offset = offset(at: instant)
        let minutes = offset.magnitude / 60
        func padded(_ number: UInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(civil(at: instant))\(offset < 0 ? "-" : "+")\(padded(minutes / 60)):\(padded(minutes % 60))"
    }
}
