import CSystemd

/// What the kernel knows of the wall clock.
package enum KernelClock {
    /// The greatest error that a synchronised clock may have, in microseconds. The kernel itself gives up at 16 s.
    private static let errorMax = 1_000_000

    /// Whether a daemon keeps the clock by a trusted source. Setting the clock by hand makes it false. False, too,
    /// where the question is not allowed.
    package static var isSynchronised: Bool {
        var state = timex()
        let status = adjtimex(&state)
        return status >= 0 && status != TIME_ERROR && state.status & STA_UNSYNC == 0 && state.maxerror <= errorMax
    }
}
