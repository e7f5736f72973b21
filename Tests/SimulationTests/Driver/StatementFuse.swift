import Glibc
import Postgres
import Synchronization

/// Breaks the n-th statement that is run after it was set: refused before it is sent, or its server process ended
/// before or after it.
final class StatementFuse: StatementObserver {
    /// What happens to the statement.
    enum Blow: CaseIterable {
        case refusedForGood, refusedForNow, endedBefore, endedAfter
    }

    private struct State {
        /// Statements left until it blows; nil when it is not set.
        var left: Int?
        var blow = Blow.refusedForGood
        var process: Int32 = 0
        var endsNow = false
        var blown = 0
    }

    private let state = Mutex(State())

    /// How often it blew.
    var blown: Int { state.withLock { $0.blown } }

    /// - Parameter process: the server process of the only connection that this observes.
    func set(after statements: Int, _ blow: Blow, process: Int32) {
        state.withLock {
            $0.left = statements
            $0.blow = blow
            $0.process = process
        }
    }

    func remove() {
        state.withLock { $0.left = nil }
    }

    func willRun(_ statement: String) throws(PostgresError) {
        let blow: Blow? = state.withLock { state in
            guard let left = state.left else { return nil }
            state.left = left > 0 ? left - 1 : nil
            guard left == 0 else { return nil }
            state.blown += 1
            switch state.blow {
            case .endedBefore: kill(state.process, SIGTERM)
            case .endedAfter: state.endsNow = true
            case .refusedForGood, .refusedForNow: break
            }
            return state.blow
        }
        switch blow {
        case .refusedForGood: throw PostgresError(.timeout, "the statement took too long, as the fuse has it")
        case .refusedForNow: throw PostgresError(.serializationFailure, "somebody was quicker, as the fuse has it")
        case .endedBefore, .endedAfter, nil: break
        }
    }

    func didRun(_ statement: String, took: Duration, failure: PostgresError?) {
        state.withLock { state in
            guard state.endsNow else { return }
            state.endsNow = false
            kill(state.process, SIGTERM)
        }
    }
}
