import Jobs
import Testing

@Suite struct LivenessTests {
    @Test func `a daemon that could not beat for half its lease stops`() {
        let liveness = Liveness(lease: .seconds(30), beat: .seconds(2))
        #expect(liveness.verdict(lastBeatAge: .seconds(14)) == .proceed)
        #expect(liveness.verdict(lastBeatAge: .seconds(15)) == .stop)
    }

    @Test func `others wait for several beats before they call it dead`() {
        #expect(Liveness(lease: .seconds(30), beat: .seconds(2)).staleAfter == .seconds(6))
    }

    @Test(arguments: JobState.allCases)
    func `only done, failed and cancelled are final`(state: JobState) {
        #expect(state.isFinal == [.done, .failed, .cancelled].contains(state))
    }
}
