import Glibc
import Scheduling
import Systemd

/// The kernel's clock of the time since boot, sleep included.
struct BootClock: MachineClock {
    var sinceBoot: Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    var isSynchronised: Bool { KernelClock.isSynchronised }
}
