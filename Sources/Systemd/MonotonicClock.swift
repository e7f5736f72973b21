import Glibc

/// The clock that systemd compares reloads with.
///
/// `ContinuousClock` will not do: on Linux it also counts the time that the machine was suspended.
package enum MonotonicClock {
    /// Microseconds of CLOCK_MONOTONIC.
    package static func microseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }
}
