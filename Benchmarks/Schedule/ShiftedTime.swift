import Dispatch
import Glibc
import Primitives
import Scheduling
import Synchronization

/// The machine's clock, set forward as often as one likes: a minute's tick comes when it is wanted.
final class ShiftedTime: TimeSource, WakeTimer {
    private let shift = Mutex(Duration.zero)
    private let queue = DispatchQueue(label: "bursar.bench.wake")

    func now() -> Instant {
        SystemTime().now() + shift.withLock { $0 }
    }

    /// Begins right after a full minute, so that the first one to come is not reached by chance.
    init() {
        advance(leaving: .milliseconds(-1))
    }

    /// Sets it to `lead` before the next full minute, which must be farther away, and returns that minute.
    @discardableResult
    func advance(leaving lead: Duration) -> Instant {
        let now = now()
        let minute = Instant(seconds: (now.seconds / 60 + 1) * 60)
        shift.withLock { $0 += minute - now - lead }
        return minute
    }

    /// As the daemon's own timer does it: a wall timer of libdispatch.
    func sleep(until instant: Instant) async {
        let wake = instant - shift.withLock { $0 }
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let (fired, fire) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
        timer.setEventHandler { @Sendable in fire.finish() }
        let nanoseconds = Int(wake.microseconds - wake.seconds * 1_000_000) * 1_000
        timer.schedule(
            wallDeadline: DispatchWallTime(timespec: timespec(tv_sec: Int(wake.seconds), tv_nsec: nanoseconds)),
            leeway: .nanoseconds(0))
        timer.activate()
        for await _ in fired {}
        timer.cancel()
    }
}
