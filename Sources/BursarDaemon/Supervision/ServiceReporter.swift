import Events
import Logging
import Primitives
import Synchronization
import Systemd

/// What the service manager hears of this process: one status line every few seconds and on each change, readiness,
/// reloads, and more time while a start or a stop takes long.
final class ServiceReporter: Sendable {
    private let notifier: ServiceNotifier
    private let logger: Logger
    private let change = Signal()
    private let state: Mutex<State>

    private struct State {
        var line = StatusLine(phase: .starting("reading the configuration"))
        var isGone = false
        /// READY=1 was said and not heard.
        var owesReady = false
        /// How many jobs still run, asked while stopping.
        var running: (@Sendable () async -> Int)?
        /// After this the manager may lose its patience.
        var stopBy: ContinuousClock.Instant?
    }

    /// Between two status lines.
    private static let pause = Duration.seconds(5)
    /// While stopping: an operator is watching.
    private static let stoppingPause = Duration.seconds(1)
    /// What everything but the jobs may take to stop.
    private static let stopSlack = Duration.seconds(60)
    /// What each message of a start or a stop asks for: one that hangs is ended after this.
    private static let moreTime = Duration.seconds(20)

    init(notifier: ServiceNotifier, logger: Logger) {
        self.notifier = notifier
        self.logger = logger
        state = Mutex(State())
    }

    var isSupervised: Bool { notifier.isSupervised }
    /// Said so, and not stopping since.
    var isReady: Bool {
        switch phase {
        case .ready, .degraded: true
        case .starting, .stopping: false
        }
    }
    /// Said already that another file holds.
    var isDisputed: Bool { state.withLock { $0.line.dispute != nil } }
    var phase: StatusLine.Phase { state.withLock { $0.line.phase } }

    /// Changes the line and has it sent soon.
    func update(_ body: @Sendable (inout StatusLine) -> Void) {
        state.withLock { body(&$0.line) }
        change.raise()
    }

    /// Says what the start waits for; a stop that came meanwhile goes on saying how far it is.
    func starting(_ what: String) {
        update { line in
            if !line.phase.isStopping { line.phase = .starting(what) }
        }
    }

    func ready() {
        let isWanted = state.withLock { state in
            guard !state.line.phase.isStopping else { return false }
            state.line.phase = .ready
            return true
        }
        if isWanted { send([.ready, .status(text)]) }
    }

    /// A reload before readiness or after a stop began says nothing: its end would tell the manager of a readiness that
    /// is not there.
    func reloading() {
        if isReady { send([.reloading(monotonicMicroseconds: MonotonicClock.microseconds())]) }
    }

    /// The reload is over, whatever came of it.
    func reloaded() {
        if isReady { send([.ready, .status(text)]) }
    }

    /// The daemon was told to stop: from now on the line says how many jobs still run, and asks for time for as long
    /// as the drain may take and a little more.
    func stop(within drain: Duration, running: @escaping @Sendable () async -> Int) {
        state.withLock { state in
            state.line.phase = .stopping(running: 0)
            state.running = running
            state.stopBy = .now + drain + Self.stopSlack
        }
        send([.stopping, .status(text), .extendTimeout(Self.moreTime)])
        change.raise()
    }

    /// Says the line again and again until cancelled.
    func run() async {
        while !Task.isCancelled {
            let pause: Duration
            switch phase {
            case .starting:
                send([.status(text), .extendTimeout(Self.moreTime)])
                pause = Self.pause
            case .stopping:
                await sayHowFar()
                pause = Self.stoppingPause
            case .ready, .degraded:
                send([.status(text)])
                pause = Self.pause
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await ContinuousClock().sleep(for: pause) }
                group.addTask { await self.change.wait() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func sayHowFar() async {
        let (running, stopBy) = state.withLock { ($0.running, $0.stopBy) }
        let count = await running?() ?? 0
        state.withLock { $0.line.phase = .stopping(running: count) }
        let isWithinTime = stopBy.map { .now < $0 } ?? false
        send([.status(text)] + (isWithinTime ? [.extendTimeout(Self.moreTime)] : []))
    }

    private var text: String { state.withLock { $0.line.text } }

    /// A manager that is gone is said once, and is no reason to stop working.
    private func send(_ states: [ServiceState]) {
        // Readiness that was not heard is said with whatever comes next.
        let (isOwed, isReady) = (state.withLock { $0.owesReady }, self.isReady)
        let all = isOwed && isReady && !states.contains(.ready) ? [.ready] + states : states
        do {
            try notifier.send(all)
            state.withLock { state in
                state.isGone = false
                if all.contains(.ready) { state.owesReady = false }
            }
        } catch {
            if all.contains(.ready) { state.withLock { $0.owesReady = true } }
            let isNews = state.withLock { state in
                defer { state.isGone = true }
                return !state.isGone
            }
            if isNews {
                logger.event(.notifySocketGone, "the service manager does not hear", metadata: ["error": "\(error)"])
            }
        }
    }
}
