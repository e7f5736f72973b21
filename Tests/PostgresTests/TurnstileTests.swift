import Testing

@testable import Postgres

@Suite struct TurnstileTests {
    @Test func `one passes, others wait, and pass in the order they came`() {
        var turnstile = Turnstile()
        #expect(turnstile.enter() == .pass)
        #expect(turnstile.enter() == .wait(1))
        #expect(turnstile.enter() == .wait(2))
        #expect(turnstile.leave() == 1)
        #expect(turnstile.enter() == .wait(3))
        #expect(turnstile.leave() == 2)
        #expect(turnstile.leave() == 3)
        #expect(turnstile.isTaken)
        #expect(turnstile.leave() == nil)
        #expect(!turnstile.isTaken)
        #expect(turnstile.enter() == .pass)
    }

    @Test func `who gives up is passed over, who was called cannot give up`() {
        var turnstile = Turnstile()
        _ = turnstile.enter()
        for ticket in 1...3 as ClosedRange<UInt64> { #expect(turnstile.enter() == .wait(ticket)) }
        #expect(turnstile.abandon(2) == true)
        #expect(turnstile.abandon(2) == false)
        #expect(turnstile.leave() == 1)
        #expect(turnstile.abandon(1) == false)
        #expect(turnstile.waiterCount == 1)
        #expect(turnstile.leave() == 3)
        #expect(turnstile.leave() == nil)
    }
}
