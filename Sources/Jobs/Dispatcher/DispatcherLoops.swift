package import Primitives

/// The dispatcher's loops as the ledger knows them.
package struct DispatcherLoops: Sendable {
    let events: LoopProgress
    let beat: LoopProgress
    let reap: LoopProgress
    let look: LoopProgress

    /// How much longer than its pause a loop may take.
    private static let slack = Duration.seconds(15)
    /// The loop is turned by a probe every three seconds. When the actor hangs it is the first to be missed.
    private static let eventsLimit = Duration.seconds(10)
    static let database = "the database"

    /// Nobody watches: a test, or a tool.
    package static let unwatched = DispatcherLoops(
        events: .unwatched, beat: .unwatched, reap: .unwatched, look: .unwatched)

    private init(events: LoopProgress, beat: LoopProgress, reap: LoopProgress, look: LoopProgress) {
        self.events = events
        self.beat = beat
        self.reap = reap
        self.look = look
    }

    /// Enters all four. Whoever watches must `probe()` the dispatcher: without jobs no event turns its loop.
    package init(in ledger: ProgressLedger, _ settings: DispatcherSettings) {
        events = ledger.enter("dispatcher", limit: Self.eventsLimit)
        beat = ledger.enter("beat", limit: settings.liveness.beat + Self.slack)
        reap = ledger.enter("reaper", limit: settings.liveness.beat * 2 + Self.slack)
        look = ledger.enter("look-out", limit: settings.poll + Self.slack)
    }
}
