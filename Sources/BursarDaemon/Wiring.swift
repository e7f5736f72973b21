import Config
import Investments
import Jobs
import Logging
import Scheduling

/// What the configuration's values mean to each part.
struct WiredSettings: Sendable {
    let dispatcher: DispatcherSettings
    let drain: Duration
    let clockJumpLimit: Duration
    let investments: InvestmentSettings
    let investmentsRetry: RetryPolicy
    let schedules: [Schedule]
    /// By kind, before what the kinds themselves say.
    let limits: [String: Configuration.KindLimit]
    /// How long finished jobs are kept; nil: for ever.
    let history: Duration?

    init(_ configuration: Configuration) {
        let engine = configuration.engine
        dispatcher = DispatcherSettings(
            slots: engine.workers, liveness: Liveness(lease: engine.lease, beat: engine.beat), poll: engine.poll)
        drain = engine.drain
        clockJumpLimit = engine.clockJumpLimit
        investments = InvestmentSettings(
            batchSize: configuration.investments.batchSize, firstRate: configuration.investments.firstRate.policy,
            retention: configuration.investments.retention)
        investmentsRetry = RetryPolicy(attempts: configuration.investments.maxRetries, base: .seconds(1), factor: 2)
        limits = engine.limits
        history = engine.history
        schedules = configuration.schedules.map { definition in
            Schedule(definition, enabled: configuration.isEnabled(definition))
        }
    }
}

extension Configuration.FirstRate {
    var policy: FirstRatePolicy {
        switch self {
        case .hold: .firstRateHolds
        case .zero: .zero
        case .error: .error
        }
    }
}

extension Configuration.LogLevel {
    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
