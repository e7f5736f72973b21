import Primitives
import Scheduling
import Testing

@Suite struct ClockDriftTests {
    private static let limit = Duration.seconds(600)
    private static let start = Instant(seconds: 1_790_000_000)

    @Test func `a clock that runs is steady, however long`() {
        var drift = ClockDrift()
        for day in 0..<4_000 {
            // 20 millionths too fast: a year gains it more than the limit.
            let elapsed = Duration.seconds(day * 86_400)
            let wall = Self.start + elapsed + .milliseconds(1_728 * day)
            #expect(drift.observe(reading(wall, elapsed), limit: Self.limit) == .steady)
        }
    }

    @Test func `a step forward beyond the limit is told until it is accepted`() {
        var drift = ClockDrift()
        #expect(drift.observe(reading(Self.start, .zero), limit: Self.limit) == .steady)
        let later = reading(Self.start + .seconds(60 + 601), .seconds(60))
        #expect(drift.observe(later, limit: Self.limit) == .forward(.seconds(601)))
        #expect(drift.observe(later, limit: Self.limit) == .forward(.seconds(601)))
        drift.accept(later)
        #expect(drift.observe(later, limit: Self.limit) == .steady)
    }

    @Test func `a step within the limit is none, but several within an hour add up`() {
        var drift = ClockDrift()
        #expect(drift.observe(reading(Self.start, .zero), limit: Self.limit) == .steady)
        #expect(drift.observe(reading(Self.start + .seconds(400 + 60), .seconds(60)), limit: Self.limit) == .steady)
        let second = drift.observe(reading(Self.start + .seconds(800 + 120), .seconds(120)), limit: Self.limit)
        guard case .forward(let gain) = second else {
            Issue.record("two steps of 400 s are no jump of more than 600 s: \(second)")
            return
        }
        #expect(gain > .seconds(790))
    }

    @Test func `a step back is right from then on, and going on from there is steady`() {
        var drift = ClockDrift()
        #expect(drift.observe(reading(Self.start, .zero), limit: Self.limit) == .steady)
        let back = drift.observe(reading(Self.start - .seconds(3_600), .seconds(60)), limit: Self.limit)
        #expect(back == .back(.seconds(3_660)))
        #expect(drift.observe(reading(Self.start - .seconds(3_540), .seconds(120)), limit: Self.limit) == .steady)
        // Back to where it was: that is a jump again.
        let forth = drift.observe(reading(Self.start + .seconds(180), .seconds(180)), limit: Self.limit)
        #expect(forth == .forward(.seconds(3_660)) || forth == .forward(.seconds(3_659)))
    }

    @Test func `an answer that was under way for an hour, on either leg, is no jump`() {
        for asked in [Duration.zero, .seconds(3_600)] {
            var drift = ClockDrift()
            #expect(drift.observe(reading(Self.start, .zero), limit: Self.limit) == .steady)
            // The clock was read at the beginning, or at the end, of the hour.
            let slow = ClockReading(wall: Self.start + asked, boot: .zero ... .seconds(3_600))
            #expect(drift.observe(slow, limit: Self.limit) == .steady)
            #expect(drift.observe(reading(Self.start + .seconds(3_660), .seconds(3_660)), limit: Self.limit) == .steady)
        }
    }

    @Test func `a jump of the clock is seen through a slow answer too`() {
        var drift = ClockDrift()
        #expect(drift.observe(reading(Self.start, .zero), limit: Self.limit) == .steady)
        let slow = ClockReading(wall: Self.start + .seconds(7_200), boot: .zero ... .seconds(60))
        #expect(drift.observe(slow, limit: Self.limit) == .forward(.seconds(7_140)))
    }

    private func reading(_ wall: Instant, _ boot: Duration) -> ClockReading {
        ClockReading(wall: wall, boot: boot...boot)
    }
}
