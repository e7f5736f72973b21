import Events
import Testing

@Suite struct EventLimiterTests {
    private let start = ContinuousClock.now

    @Test func `the first line of an event goes out at once`() {
        var limiter = EventLimiter()
        #expect(limiter.admit(.claimFailed, at: start) == 0)
        #expect(limiter.admit(.beatFailed, at: start) == 0)
    }

    @Test func `an outage of a minute with a failure a second says six lines that count the others`() {
        var limiter = EventLimiter()
        let said = (0..<60).compactMap { limiter.admit(.claimFailed, at: start + .seconds($0)) }
        #expect(said == [0, 9, 9, 9, 9, 9])
    }

    @Test func `an outage after a quiet time speaks at once, with what was held back of the last one`() {
        var limiter = EventLimiter()
        _ = limiter.admit(.claimFailed, at: start)
        #expect(limiter.admit(.claimFailed, at: start + .seconds(1)) == nil)
        #expect(limiter.admit(.claimFailed, at: start + .seconds(3_600)) == 1)
        #expect(limiter.admit(.claimFailed, at: start + .seconds(7_200)) == 0)
    }

    @Test func `one event does not hold another back`() {
        var limiter = EventLimiter()
        _ = limiter.admit(.claimFailed, at: start)
        _ = limiter.admit(.claimFailed, at: start + .seconds(1))
        #expect(limiter.admit(.beatFailed, at: start + .seconds(1)) == 0)
    }
}
