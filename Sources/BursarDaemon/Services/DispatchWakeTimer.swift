import Dispatch
import Glibc
import Primitives
import Scheduling

/// A libdispatch wall timer: armed as an absolute time of the real-time clock, it fires at the right wall time even
/// when the clock is stepped while it waits.
struct DispatchWakeTimer: WakeTimer {
    private let queue: DispatchQueue

    init() {
        queue = DispatchQueue(label: "bursar.wake")
    }

    func sleep(until instant: Instant) async {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let (fired, fire) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
        timer.setEventHandler { @Sendable in fire.finish() }
        let seconds = instant.seconds
        let nanoseconds = Int(instant.microseconds - seconds * 1_000_000) * 1_000
        timer.schedule(
            wallDeadline: DispatchWallTime(timespec: timespec(tv_sec: Int(seconds), tv_nsec: nanoseconds)),
            leeway: .nanoseconds(0))
        timer.activate()
        for await _ in fired {}
        timer.cancel()
    }
}
