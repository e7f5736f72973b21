import Primitives
import Scheduling
import Testing

@Suite struct ClockWatchTests {
    private static let limit = Duration.seconds(600)
    private static let hour = Duration.seconds(3_600)

    /// A daemon's view of the store's clock, a second at a time.
    private struct Daemon {
        var watch = ClockWatch()
        var boot = Duration.zero
        var wall = Instant(seconds: 1_790_000_000)
        var isSynchronised = false
        /// How far this machine's own clock is from the store's.
        var distance = Duration.zero

        mutating func pass(_ time: Duration) {
            boot += time
            wall = wall + time
        }

        /// Looks, and says whether a hold must be written.
        mutating func look() -> Duration? {
            _ = watch.observe(ClockReading(wall: wall, boot: boot...boot), limit: ClockWatchTests.limit)
            return watch.untold
        }

        mutating func heed(_ hold: ClockHold?) -> ClockWatch.Release? {
            let reading = ClockReading(wall: wall, boot: boot...boot)
            let finding = watch.observe(reading, limit: ClockWatchTests.limit)
            return watch.heed(
                hold, finding, reading, local: .init(wall: wall + distance, isSynchronised: isSynchronised))
        }
    }

    @Test func `a jump must be told once, and holds until somebody confirms it`() {
        var daemon = Daemon()
        #expect(daemon.look() == nil && daemon.heed(nil) == nil)
        daemon.wall = daemon.wall + Self.hour
        #expect(daemon.look() == Self.hour)
        daemon.watch.tell()
        #expect(daemon.look() == nil)
        for _ in 0..<10 {
            daemon.pass(.seconds(60))
            #expect(daemon.heed(hold(1)) == nil && daemon.look() == nil)
        }
        // Confirmed: the clock is right as it is, and nothing is told again.
        #expect(daemon.heed(hold(1, isOpen: false)) == nil)
        daemon.pass(.seconds(60))
        #expect(daemon.look() == nil && daemon.heed(hold(1, isOpen: false)) == nil)
        daemon.wall = daemon.wall + Self.hour
        #expect(daemon.look() == Self.hour && daemon.watch.newestKnown == 1)
    }

    @Test func `it ends by itself once the machine's clock is synchronised and the store's shows the same`() {
        var daemon = Daemon()
        _ = (daemon.look(), daemon.heed(nil))
        daemon.wall = daemon.wall + Self.hour
        #expect(daemon.look() != nil)
        daemon.watch.tell()
        daemon.isSynchronised = true
        // What the kernel says right after the jump may still be of before.
        #expect(daemon.heed(hold(1)) == nil)
        daemon.pass(ClockWatch.settling)
        daemon.distance = .seconds(-3_600)
        #expect(daemon.heed(hold(1)) == nil, "this machine's clock is right, and the store's is not")
        daemon.distance = .seconds(1)
        #expect(daemon.heed(hold(1)) == .synchronised)
        daemon.isSynchronised = false
        #expect(daemon.heed(hold(1)) == nil)
    }

    @Test func `it ends by itself when the clock is set back to where it belongs`() {
        var daemon = Daemon()
        _ = (daemon.look(), daemon.heed(nil))
        daemon.wall = daemon.wall + Self.hour
        #expect(daemon.look() != nil)
        daemon.watch.tell()
        #expect(daemon.heed(hold(1)) == nil)
        daemon.pass(.seconds(300))
        daemon.wall = daemon.wall - Self.hour
        #expect(daemon.heed(hold(1)) == .undone)
        #expect(daemon.look() == nil)
    }

    @Test func `a daemon that starts while the clock holds is held, and may end it only by a synchronised clock`() {
        var daemon = Daemon()
        for _ in 0..<100 {
            #expect(daemon.look() == nil && daemon.heed(hold(7)) == nil)
            daemon.pass(.seconds(60))
        }
        daemon.isSynchronised = true
        #expect(daemon.heed(hold(7)) == .synchronised)
    }

    @Test func `a daemon that hears of the jump after it was confirmed does not hold again`() {
        var daemon = Daemon()
        _ = (daemon.look(), daemon.heed(nil))
        daemon.wall = daemon.wall + Self.hour
        // The store refuses to hold: a newer hold than this daemon knew of is over already.
        #expect(daemon.look() == Self.hour && daemon.watch.newestKnown == 0)
        daemon.watch.tell()
        #expect(daemon.heed(hold(1, isOpen: false)) == nil)
        #expect(daemon.look() == nil)
    }

    private func hold(_ id: Int64, isOpen: Bool = true) -> ClockHold {
        ClockHold(id: id, beganAt: Instant(seconds: 1_790_003_600), jump: Self.hour, isOpen: isOpen)
    }
}
