import Events
import Logging

/// An attempt that runs: how it is told to stop, and by when it must have ended.
struct RunningAttempt: Sendable {
    let claim: Claim
    let stop: AsyncStream<StopOrder>.Continuation
    /// Nil once its work is over: its end is being recorded.
    var watch: DeadlineWatch?
}

/// What is due at a hard deadline: first an order to stop, then word of one who does not heed it.
struct DeadlineWatch: Sendable, Hashable {
    let deadline: ContinuousClock.Instant
    private var state = State.early

    /// What to do now.
    enum Action: Sendable, Hashable {
        case stop
        case report
    }

    private enum State: Sendable, Hashable {
        case early
        case told
        case reported
    }

    init(_ deadline: ContinuousClock.Instant) {
        self.deadline = deadline
    }

    /// - Parameter patience: how long after its deadline it may take to stop.
    mutating func action(at now: ContinuousClock.Instant, patience: Duration) -> Action? {
        switch state {
        case .early where now >= deadline:
            state = .told
            return .stop
        case .told where now >= deadline + patience:
            state = .reported
            return .report
        case .early, .told, .reported: return nil
        }
    }
}

extension Dispatcher {
    /// Tells attempts and batches to stop at their hard deadlines: one sleep for all, since a sleep that is cancelled
    /// keeps its memory until its time has come. One that begins meanwhile and is due sooner hears of it a beat later
    /// at most.
    func keepDeadlines() async {
        while !Task.isCancelled {
            let pause = heedDeadlines(at: clock.now)
            try? await clock.sleep(for: max(pause, settings.shortestPause))
        }
    }

    /// Gives how long nothing is due.
    private func heedDeadlines(at now: ContinuousClock.Instant) -> Duration {
        var pause = settings.liveness.beat
        let patience = settings.liveness.staleAfter
        for key in running.keys {
            guard let attempt = running[key], let deadline = attempt.watch?.deadline else { continue }
            if deadline > now { pause = min(pause, deadline - now) }
            switch running[key]?.watch?.action(at: now, patience: patience) {
            case .stop: attempt.stop.yield(.overdue)
            case .report: report(attempt.claim)
            case nil: break
            }
        }
        return min(pause, batches.heedDeadlines(at: now, patience: patience) ?? pause)
    }

    private func report(_ claim: Claim) {
        logger.event(
            .attemptHangs, "an attempt goes on after its hard deadline, and keeps its slot",
            metadata: ["job": "\(claim.job)", "kind": "\(claim.kind)", "attempt": "\(claim.attempt)"])
    }

    /// Its work is over; what remains is to record that.
    func stopped(_ attempt: AttemptKey) {
        running[attempt]?.watch = nil
    }
}
