internal import Dispatch

/// Fires once at the instant last armed.
///
/// `@unchecked Sendable`: a dispatch source may be scheduled and cancelled from any thread, and nothing else changes
/// after `start`, which the owner calls before it shares this.
final class PoolTimer: @unchecked Sendable {
    private let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "bursar.postgres.pool"))

    func start(_ onFire: @escaping @Sendable () -> Void) {
        source.setEventHandler(handler: onFire)
        source.resume()
    }

    func arm(for instant: ContinuousClock.Instant) {
        let delay = max(instant - .now, .zero)
        source.schedule(deadline: .now() + .microseconds(Int(delay / .microseconds(1))), leeway: .milliseconds(5))
    }

    deinit { source.cancel() }
}
