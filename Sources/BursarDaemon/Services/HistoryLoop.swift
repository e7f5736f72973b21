import Effects
import Events
import JobsPostgres
import Logging
import Postgres
import Primitives

/// Has the history of jobs kept in days, and webhooks and messages deleted that ended long ago, at the start and every
/// hour.
struct HistoryLoop: Sendable {
    let keeping: HistoryKeeping
    let effects: EffectsKeeping
    /// How long finished jobs are kept, as the settings say now; nil: for ever.
    let history: @Sendable () -> Duration?
    let progress: LoopProgress
    let logger: Logger
    /// From one turn to the next.
    var breath = Self.breath

    private static let breath = Duration.seconds(60)
    /// Turns from one pass to the next; one that failed is due again with the next turn.
    private static let turnsAPass = 60
    /// Passes in a row that may fail without a word: somebody reads the history, as a rule.
    private static let failuresUnsaid = 2

    private static let lockNotAvailable = "55P03"

    /// How long it may take from one turn to the next.
    static let limit = breath + .seconds(15)

    /// Runs until cancelled.
    func run() async {
        defer { progress.leave() }
        var turnsLeft = 0
        var failures = 0
        var kept = history()
        while !Task.isCancelled {
            let wanted = history()
            if turnsLeft == 0 || wanted != kept {
                progress.wait(for: "the database")
                let succeeded = await pass(keeping: wanted, after: &failures)
                turnsLeft = succeeded ? Self.turnsAPass : 1
                kept = wanted
            }
            turnsLeft -= 1
            progress.advance()
            try? await ContinuousClock().sleep(for: breath)
        }
    }

    private func pass(keeping history: Duration?, after failures: inout Int) async -> Bool {
        do {
            if let pass = try await keeping.pass(keeping: history), pass.made + pass.dropped > 0 {
                logger.info(
                    "days of the history were made or dropped",
                    metadata: ["made": "\(pass.made)", "dropped": "\(pass.dropped)"])
            }
            let gone = try await effects.pass()
            if gone != EffectsKeeping.Pass() {
                logger.info(
                    "webhooks and messages that ended long ago were deleted",
                    metadata: ["webhooks": "\(gone.events)", "messages": "\(gone.messages)"])
            }
            failures = 0
            return true
        } catch {
            // A database that is away is said by whoever watches it; a lock that was not had is this loop's own.
            let isAway = (error as? PostgresError).map { $0.isUnavailability && $0.sqlState != Self.lockNotAvailable }
            if isAway == true || Task.isCancelled { return false }
            failures += 1
            if failures > Self.failuresUnsaid, failures % Self.turnsAPass == Self.failuresUnsaid + 1 {
                logger.event(
                    .historyNotKept, "the history of jobs could not be kept",
                    metadata: ["failures": "\(failures)", "error": "\(error)"])
            }
            return false
        }
    }
}
