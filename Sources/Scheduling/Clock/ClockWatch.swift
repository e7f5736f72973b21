package import Primitives

/// Decides when a jump of the clock must hold what moves money, and when it need hold no longer.
///
/// The clock in question is the store's: it decides what is due. Each daemon compares it with its own boot clock; what
/// they find out they share through the store, so that a daemon that starts meanwhile is held as well.
package struct ClockWatch: Sendable {
    /// Why a hold ends without a person.
    package enum Release: Sendable, Hashable {
        /// This machine's clock follows a trusted source again, and the store's shows the same.
        case synchronised
        /// The clock is where it would be had it never jumped.
        case undone

        /// As the hold's row says it.
        package var reason: String {
            switch self {
            case .synchronised: "the clock is synchronised again"
            case .undone: "the clock was set back to where it belongs"
            }
        }
    }

    /// What this machine's own wall clock says, and whether it is trusted.
    package struct LocalClock: Sendable, Hashable {
        package let wall: Instant
        package let isSynchronised: Bool

        package init(wall: Instant, isSynchronised: Bool) {
            self.wall = wall
            self.isSynchronised = isSynchronised
        }
    }

    /// How long after a jump the kernel's word on synchronisation is not asked for: it may still be of before.
    package static let settling = Duration.seconds(60)
    /// How far the store's clock may gain on the boot clock before it counts as a jump, unless the configuration says.
    package static let limitStandard = Duration.seconds(600)
    /// A step back by less than this is not worth a line.
    package static let backTold = Duration.seconds(60)
    /// How far the store's clock may be from a synchronised one and count as the same.
    package static let agreement = Duration.seconds(2)

    private var drift = ClockDrift()
    /// The jump that this daemon saw itself, until it is accepted or undone.
    private var jump: Duration? { didSet { if jump == nil { isTold = false } } }
    private var isTold = false
    /// The newest hold that was there at the last look without a jump.
    private var known: Int64 = 0
    /// When this daemon first knew of the open hold, since boot.
    private var heldSince: (hold: Int64, boot: Duration)?

    package init() {}

    /// The newest hold there was before this daemon saw the jump that it sees now.
    package var newestKnown: Int64 { known }
    /// A jump that the store was not told of yet: nothing of money may be decided before.
    package var untold: Duration? { isTold ? nil : jump }

    /// Judges what the store's clock showed.
    package mutating func observe(_ reading: ClockReading, limit: Duration) -> ClockDrift.Finding {
        let finding = drift.observe(reading, limit: limit)
        if case .forward(let gain) = finding { jump = gain }
        return finding
    }

    /// The store knows of the jump.
    package mutating func tell() {
        isTold = true
    }

    /// Takes note of the newest hold there is, right after `observe`. Says whether it may end now.
    package mutating func heed(
        _ newest: ClockHold?, _ finding: ClockDrift.Finding, _ reading: ClockReading, local: LocalClock
    ) -> Release? {
        guard let newest, newest.isOpen else {
            heldSince = nil
            // Somebody said that the clock is right as it is.
            if jump != nil, let newest, newest.id > known {
                drift.accept(reading)
                jump = nil
            }
            if jump == nil { known = newest?.id ?? 0 }
            return nil
        }
        if heldSince?.hold != newest.id { heldSince = (newest.id, reading.boot.upperBound) }
        if jump != nil {
            if case .forward = finding { return isSettled(reading, local) ? .synchronised : nil }
            jump = nil
            return .undone
        }
        return isSettled(reading, local) ? .synchronised : nil
    }

    private func isSettled(_ reading: ClockReading, _ local: LocalClock) -> Bool {
        guard local.isSynchronised, let heldSince, reading.boot.upperBound - heldSince.boot >= Self.settling else {
            return false
        }
        let width = reading.boot.upperBound - reading.boot.lowerBound
        let distance = local.wall - reading.wall
        return distance >= .zero - Self.agreement && distance <= Self.agreement + width
    }
}
