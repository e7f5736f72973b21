import Events
import Logging
import Primitives
import Synchronization
import Systemd

/// A plain thread that pets the service manager's watchdog for as long as every loop moves, and tells on those that do
/// not before the process is killed for it.
final class Watchdog: Sendable {
    private let ledger: ProgressLedger
    private let notifier: ServiceNotifier
    private let interval: Duration?
    private let logger: Logger
    private let flush: @Sendable () -> Void
    private let isStopped = Mutex(false)

    /// - Parameter flush: brings the log to its end before the process is killed.
    init(
        ledger: ProgressLedger, notifier: ServiceNotifier, interval: Duration?, logger: Logger,
        flush: @escaping @Sendable () -> Void
    ) {
        self.ledger = ledger
        self.notifier = notifier
        self.interval = interval
        self.logger = logger
        self.flush = flush
    }

    func start() {
        guard !PlainThread.start({ self.watch() }) else { return }
        logger.event(.watchdogMissing, "no thread could be had to watch the loops")
    }

    func stop() {
        isStopped.withLock { $0 = true }
    }

    private func watch() {
        let clock = SuspendingClock()
        var plan = WatchdogPlan(interval: interval)
        var last = clock.now
        while !isStopped.withLock({ $0 }) {
            PlainThread.sleep(plan.pause)
            let now = clock.now
            if !perform(plan.look(at: ledger.loops, elapsed: now - last)) { plan.wasNotHeard() }
            last = now
        }
    }

    /// False when the manager did not hear that all is well.
    private func perform(_ action: WatchdogPlan.Action) -> Bool {
        switch action {
        case .wait: break
        case .pet:
            do { try notifier.send([.watchdog]) } catch { return false }
        case .report(let stalled):
            tell(stalled)
        case .trigger(let stalled):
            tell(stalled)
            let names = stalled.map(\.name).joined(separator: ", ")
            logger.event(.watchdogTriggered, "asking the service manager to restart this process")
            flush()
            try? notifier.send([.status("stalled: \(names)"), .watchdogTrigger])
        }
        return true
    }

    /// A loop that is not silent turns more often than this.
    private static let pace = Duration.seconds(7)

    /// One line a loop: what hangs, for how long, and what the others do.
    private func tell(_ stalled: [LoopState]) {
        // A loop that blocks its actor takes others with it: the one that moved last is where to look first.
        let silent = ledger.loops.filter { $0.waitsFor == nil && $0.sinceTurn > Self.pace }
        let lastMoved = silent.min { $0.sinceTurn < $1.sinceTurn }?.name ?? "none"
        let others = ledger.loops.filter { !$0.isStalled }.map { "\($0.name) \($0.sinceTurn.wholeMilliseconds) ms" }
        for loop in stalled {
            let silence = "the loop \(loop.name) has not moved for \(loop.sinceTurn.wholeMilliseconds) ms"
            logger.event(
                .loopStalled, "\(silence); of those that are silent, \(lastMoved) moved last",
                metadata: [
                    "loop": "\(loop.name)", "limit_ms": "\(loop.limit.wholeMilliseconds)",
                    "last_moved": "\(lastMoved)", "others": "\(others.joined(separator: ", "))",
                ])
        }
        flush()
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 { wholeMicroseconds / 1_000 }
}
