import Jobs
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(attempts: 3, base: .seconds(1), factor: 2, cap: .seconds(5), jitter: 0)

    @Test func `pauses double from one second and stop at the cap`() {
        let pauses = (1...5).map { policy.pause(afterFailures: $0, chance: 0.9) }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
    }

    @Test func `three attempts mean two more after the first, not three`() {
        #expect(policy.decision(after: .retry, failures: 1, money: false, chance: 0) == .again(after: .seconds(1)))
        #expect(policy.decision(after: .retry, failures: 2, money: false, chance: 0) == .again(after: .seconds(2)))
        #expect(policy.decision(after: .retry, failures: 3, money: false, chance: 0) == .fail)
    }

    @Test func `what is backed by money parks where other work fails`() {
        #expect(policy.decision(after: .retry, failures: 3, money: true, chance: 0) == .park)
        #expect(policy.decision(after: .refused, failures: 1, money: true, chance: 0) == .park)
        #expect(policy.decision(after: .refused, failures: 1, money: false, chance: 0) == .fail)
    }

    @Test func `an outage costs nothing, unless it comes again and again with this job`() {
        let policy = RetryPolicy(attempts: 3, base: .seconds(1), factor: 2, cap: .seconds(3_600))
        #expect(policy.pause(afterOutageIn: 1, failures: 0) == .seconds(1))
        #expect(policy.pause(afterOutageIn: 5, failures: 2) == .seconds(4))
        #expect(policy.pause(afterOutageIn: 20, failures: 0) == .seconds(60))
        #expect(policy.pause(afterOutageIn: 21, failures: 0) == nil)
        #expect(policy.decision(after: .outage, failures: 3, money: true, chance: 0) == .park)
    }

    @Test func `an unknown outcome outside is never repeated blindly when money is behind it`() {
        #expect(policy.decision(after: .unknown, failures: 1, money: true, chance: 0) == .park)
        #expect(policy.decision(after: .unknown, failures: 1, money: false, chance: 0) == .again(after: .seconds(1)))
    }

    @Test func `jitter adds at most its share and never takes away`() {
        let jittery = RetryPolicy(attempts: 9, base: .seconds(10), factor: 1, cap: .seconds(10), jitter: 0.5)
        for step in 0..<100 {
            let pause = jittery.pause(afterFailures: 1, chance: Double(step) / 100)
            #expect(pause >= .seconds(10) && pause < .seconds(15))
        }
    }

    @Test func `thousands of failures still give the cap`() {
        let patient = RetryPolicy(attempts: 1_000_000, base: .milliseconds(1), factor: 10, cap: .seconds(60), jitter: 0)
        #expect(patient.pause(afterFailures: 999_999, chance: 0) == .seconds(60))
    }
}
