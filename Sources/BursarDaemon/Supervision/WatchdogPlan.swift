import Primitives

/// When to pet the service manager's watchdog, and when to tell it that this process hangs.
struct WatchdogPlan: Sendable {
    enum Action: Sendable, Hashable {
        case wait
        case pet
        /// Say which loops hang; there is no watchdog, or it was told already.
        case report([LoopState])
        /// Say which loops hang, then have the process killed and started again.
        case trigger([LoopState])
    }

    /// Of the service manager; nil when it watches nothing.
    let interval: Duration?
    private var sincePet = Duration.zero
    private var sinceReport = Duration.zero
    private var isReported = false
    /// What is left of the time in which loops that were frozen with the watcher may have a turn.
    private var thawing = Duration.zero

    /// How often the same stall is said again.
    static let reportPause = Duration.seconds(30)
    /// A look that comes later than this did not come late by itself: the whole process stood still.
    private static let freezeMin = Duration.seconds(2)
    /// Twice the pause of the probes, and more.
    private static let thawingTime = Duration.seconds(5)

    init(interval: Duration?) {
        self.interval = interval
    }

    /// How long to sleep between two looks: a sixth of the interval, within reason.
    var pause: Duration {
        min(.seconds(1), max(.milliseconds(50), (interval ?? .seconds(6)) / 6))
    }

    /// - Parameter elapsed: since the last look, by a clock that stands still while the machine sleeps.
    mutating func look(at loops: [LoopState], elapsed: Duration) -> Action {
        sincePet += elapsed
        sinceReport += elapsed
        thawing = elapsed > pause + Self.freezeMin ? Self.thawingTime : max(.zero, thawing - elapsed)
        let stalled = thawing > .zero ? [] : loops.filter(\.isStalled)
        guard stalled.isEmpty else {
            guard !isReported || sinceReport >= Self.reportPause else { return .wait }
            defer { (isReported, sinceReport) = (true, .zero) }
            return interval != nil && !isReported ? .trigger(stalled) : .report(stalled)
        }
        isReported = false
        guard let interval, sincePet >= interval / 2 - pause else { return .wait }
        sincePet = .zero
        return .pet
    }

    /// The manager did not hear: the next look tries again.
    mutating func wasNotHeard() {
        sincePet = interval ?? .zero
    }
}
