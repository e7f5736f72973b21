import Events
import Logging
import Primitives
import Systemd

/// What watches over this process and speaks for it, from its first line to its last.
struct Supervision: Sendable {
    let ledger = ProgressLedger()
    let board = ReadinessBoard()
    let reporter: ServiceReporter
    let watchdog: Watchdog
    private let notifier: ServiceNotifier

    init(_ process: DaemonProcess) {
        notifier = ServiceNotifier(environment: process.environment)
        reporter = ServiceReporter(notifier: notifier, logger: process.logger)
        watchdog = Watchdog(
            ledger: ledger, notifier: notifier, interval: WatchdogInterval.from(environment: process.environment),
            logger: process.logger, flush: process.flushLog)
    }

    /// Runs `body` beside the voice that speaks to the service manager. Why it failed is the last that is said.
    func around(_ body: @escaping @Sendable () async throws -> Void) async throws {
        watchdog.start()
        defer { watchdog.stop() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await reporter.run() }
                defer { group.cancelAll() }
                try await body()
            }
        } catch {
            // The voice is silent by now: nothing of it comes after this.
            let exit = (error as? DaemonFailure)?.exit ?? .bug
            try? notifier.send([.status("failed: \(error)"), .exitStatus(exit.rawValue)])
            throw error
        }
    }

    /// A condition of readiness does not hold, for now: said in the status line, and once in the log.
    func withhold(_ condition: ReadinessCondition, _ reason: String, logger: Logger) {
        if board.withhold(condition, reason) {
            logger.event(
                .readinessWithheld, "not ready: \(condition.rawValue): \(reason)",
                metadata: ["condition": "\(condition.rawValue)"])
        }
        reporter.starting("\(condition.rawValue): \(reason)")
    }

    func meet(_ condition: ReadinessCondition) {
        board.meet(condition)
        if let next = board.firstUnmet { reporter.starting(next.reason ?? next.condition.rawValue) }
    }
}
