import AdminAPI
import Cron
import JobsPostgres
import Primitives
import Scheduling

extension ScheduleAnswer {
    /// A schedule as its view says it, with its next tick after `now` unless it is held.
    ///
    /// - Parameter hold: the clock's open one, if there is one.
    init(_ view: ScheduleView, lastRun: RunAnswer?, hold: ClockView.Hold?, now: Instant) {
        let stored = view.stored
        let rule = Result { () throws(UnreadableSchedule) in try stored.schedule() }
        let readable = try? rule.get()
        var error: String?
        if case .failure(let unreadable) = rule { error = unreadable.reason }
        let held = stored.money ? hold.map(SchedulePause.init) : nil
        let isFiring = stored.enabled && view.pause == nil && held == nil
        self.init(
            name: stored.name, kind: stored.kind, expression: stored.expression,
            sentence: readable.map { $0.expression.sentence(in: nil) } ?? "", zone: stored.zone, money: stored.money,
            catchUp: stored.catchUp, overlap: stored.overlap, pauseOnFailure: stored.pauseOnFailure,
            enabled: stored.enabled,
            staggerSeconds: stored.staggerMicroseconds.map { Double($0) / 1_000_000 },
            paused: view.pause.map(SchedulePause.init), held: held,
            origin: view.madeBy == nil ? "file" : "operator", madeBy: view.madeBy,
            toggle: view.toggle.map(ScheduleToggleAnswer.init), cursor: stored.cursor,
            next: isFiring ? readable.flatMap { TickForecast.next(of: $0, after: max(stored.cursor, now)) } : nil,
            lastRun: lastRun, error: error)
    }
}

extension ScheduleToggleAnswer {
    /// A switch as its view says it.
    init(_ toggle: ScheduleToggle) {
        self.init(enabled: toggle.enabled, at: toggle.at, by: toggle.by, reason: toggle.reason)
    }
}

extension SchedulePause {
    /// A hold as its view says it.
    init(_ pause: ScheduleView.Pause) {
        self.init(since: pause.since, by: pause.by, reason: pause.reason)
    }
}
