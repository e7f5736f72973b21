import Testing

@testable import Postgres

@Suite struct CanaryTests {
    @Test func `a canary is met once, after it came back`() {
        var canary = Canary()
        let first = canary.release()
        let second = canary.release()
        #expect(canary.meet(first) == false)
        #expect(canary.hears("\(second)") == second)
        #expect(canary.meet(first) == false)
        #expect(canary.meet(second) == true)
        #expect(canary.meet(second) == false)
        #expect(canary.hears("\(second)") == nil)
    }

    @Test func `one that was given up, or was never sent, is not heard`() {
        var canary = Canary()
        let number = canary.release()
        canary.giveUp(number)
        #expect(canary.hears("\(number)") == nil)
        #expect(canary.hears("999") == nil)
        #expect(canary.hears("no number") == nil)
    }
}
