import Testing

@testable import Postgres

@Suite struct BackoffTests {
    @Test func `waits double up to the longest, and jitter takes off half at most`() {
        let backoff = Backoff(first: .seconds(1), longest: .seconds(10))
        #expect((1...6).map { backoff.delay(failures: $0, jitter: 1) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
        #expect(backoff.delay(failures: 1, jitter: 0) == .milliseconds(500))
        #expect(backoff.delay(failures: 1_000, jitter: 0.5) == .milliseconds(7_500))
        #expect(backoff.delay(failures: 0, jitter: 9) == .seconds(1))
    }
}
