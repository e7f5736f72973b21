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
    /// Held while something is said.
    private let voice = Mutex(())

    private struct State {
        var line = StatusLine(phase: .starting("reading the configuration"))
        var isGone = false
        /// READY=1 was said and not heard.
        var owesReady = false
        /// How many jobs still run, asked while stopping.
        var running: (@Sendable () async -> Int)?
        /// After this the manager may lose its patience.
        var stopBy: ContinuousClock.Instant?

        var isReady: Bool {
            switch line.phase {
            case .ready, .degraded: true
            case .starting, .stopping: false
            }
        }
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

    /// Said so, and not stopping since.
    var isReady: Bool { state.withLock { $0.isReady } }
    /// Said already that another file holds.
    var isDisputed: Bool { state.withLock { $0.line.dispute != nil } }

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
        say { state in
            guard !state.line.phase.isStopping else { return [] }
            state.line.phase = .ready
            return [.ready, .status(state.line.text)]
        }
    }

    /// A reload before readiness or after a stop began says nothing: its end would tell the manager of a readiness that
    /// is not there.
    func reloading() {
        say { state in
            state.isReady ? [.reloading(monotonicMicroseconds: MonotonicClock.microseconds())] : []
        }
    }

    /// The reload is over, whatever came of it.
    func reloaded() {
        say { $0.isReady ? [.ready, .status($0.line.text)] : [] }
    }

    /// The daemon was told to stop: from now on the line says how many jobs still run, and asks for time for as long
    /// as the drain may take and a little more.
    func stop(within drain: Duration, running: @escaping @Sendable () async -> Int) {
        say { state in
            state.line.phase = .stopping(running: 0)
            state.running = running
            state.stopBy = .now + drain + Self.stopSlack
            return [.stopping, .status(state.line.text), .extendTimeout(Self.moreTime)]
        }
        change.raise()
    }

    /// Says the line again and again until cancelled.
    func run() async {
        while !Task.isCancelled {
            await countWhileStopping()
            let pause = say { state in
                switch state.line.phase {
                case .starting: return [.status(state.line.text), .extendTimeout(Self.moreTime)]
                case .stopping:
                    let isWithinTime = state.stopBy.map { .now < $0 } ?? false
                    return [.status(state.line.text)] + (isWithinTime ? [.extendTimeout(Self.moreTime)] : [])
                case .ready, .degraded: return [.status(state.line.text)]
                }
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await ContinuousClock().sleep(for: pause) }
                group.addTask { await self.change.wait() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func countWhileStopping() async {
        guard let running = state.withLock({ $0.line.phase.isStopping ? $0.running : nil }) else { return }
        let count = await running()
        state.withLock { $0.line.phase = .stopping(running: count) }
    }

    /// Decides what to say and says it, before anybody else says anything: what is said of an older state never comes
    /// after what is said of a newer. Returns how long to wait before the line is said again.
    @discardableResult
    private func say(_ decide: (inout State) -> [ServiceState]) -> Duration {
        voice.withLock { _ in
            let (states, isStopping) = state.withLock { state in
                var states = decide(&state)
                // Readiness that was not heard is said with whatever comes next.
                if state.owesReady, state.isReady, !states.isEmpty, !states.contains(.ready) {
                    states.insert(.ready, at: 0)
                }
                return (states, state.line.phase.isStopping)
            }
            if !states.isEmpty { send(states) }
            return isStopping ? Self.stoppingPause : Self.pause
        }
    }

    /// A manager that is gone is said once, and is no reason to stop working.
    private func send(_ states: [ServiceState]) {
        do {
            try notifier.send(states)
            state.withLock { state in
                state.isGone = false
                if states.contains(.ready) { state.owesReady = false }
            }
        } catch {
            let isNews = state.withLock { state in
                if states.contains(.ready) { state.owesReady = true }
                defer { state.isGone = true }
                return !state.isGone
            }
            if isNews {
                logger.event(.notifySocketGone, "the service manager does not hear", metadata: ["error": "\(error)"])
            }
        }
    }
}
