import Synchronization

/// Whose turn it is to be asked first, kinds that nothing gates or the others; and how long to leave alone what others
/// are taking.
final class ClaimTurns: Sendable {
    private struct State {
        var gatedIsNext = false
        /// Looks in a row that saw jobs and took none.
        var lost = 0
    }

    private static let shortestPause = Duration.milliseconds(10)
    /// A lock that somebody holds for long costs no more than one look each.
    private static let longestPause = Duration.seconds(1)
    private static let lostMax = 7

    private let state = Mutex(State())

    /// In which order to ask; true stands for the gated.
    func next(hasOpen: Bool, hasGated: Bool) -> [Bool] {
        guard hasOpen, hasGated else { return hasGated ? [true] : hasOpen ? [false] : [] }
        return state.withLock { state in
            defer { state.gatedIsNext.toggle() }
            return [state.gatedIsNext, !state.gatedIsNext]
        }
    }

    /// How long to wait before the next look, nil when nobody was in the way.
    func pause(isContested: Bool, isEmpty: Bool) -> Duration? {
        state.withLock { state in
            guard isEmpty, isContested else {
                state.lost = 0
                return nil
            }
            state.lost = min(state.lost + 1, Self.lostMax)
            return min(Self.shortestPause * (1 << (state.lost - 1)), Self.longestPause)
        }
    }
}
