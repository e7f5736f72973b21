import Postgres
import Synchronization
import TestSupport

/// Counts the statements of a pool's connections, tells which ran, and makes the n-th fail.
final class StatementFaults: StatementObserver {
    private struct State {
        var count = 0
        var failing: Int?
        var name: String?
        var isHit = false
    }

    private let state = Mutex(State())
    /// The names of statements whose results came.
    let ran = EventProbe<String>()

    /// - Parameters:
    ///   - failing: the first statement is 1; nil: none fails.
    ///   - name: only statements of this name count; nil: all do.
    init(failing: Int? = nil, name: String? = nil) {
        arm(failing: failing, name: name)
    }

    /// Begins to count anew.
    func arm(failing: Int?, name: String? = nil) {
        state.withLock { $0 = State(failing: failing, name: name) }
    }

    /// Whether the statement that was to fail was reached.
    var isHit: Bool { state.withLock { $0.isHit } }

    func willRun(_ statement: String) throws(PostgresError) {
        let fails = state.withLock { state in
            guard state.name == nil || state.name == statement else { return false }
            state.count += 1
            guard state.count == state.failing else { return false }
            state.isHit = true
            return true
        }
        // Not a code that a transaction is run again for.
        if fails { throw PostgresError(.server, "cut off before \(statement)") }
    }

    func didRun(_ statement: String, took: Duration, failure: PostgresError?) {
        if failure == nil { ran.record(statement) }
    }
}
