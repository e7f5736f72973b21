import FoundationEssentials

/// Where wall time comes from. Elapsed time is never taken from here: that is a `Clock`'s.
package protocol TimeSource: Sendable {
    /// The present instant in UTC.
    func now() -> Instant
}

/// The machine's real-time clock.
package struct SystemTime: TimeSource {
    package init() {}

    package func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
