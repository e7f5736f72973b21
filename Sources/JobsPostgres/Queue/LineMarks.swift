import Jobs
import Primitives
import Synchronization

/// The marks of this daemon's lines, shared by all that look for jobs and all that learn of new ones.
package final class LineMarks: Sendable {
    private struct State {
        var marks = LowWaterMarks()
        /// Of each idempotent kind: every batch with a lesser lease is gone.
        var oldestLeases: [JobKind: Int64] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Somebody else made a job ready.
    package func lower(by wakeUp: WakeUp) {
        state.withLock { $0.marks.lower(wakeUp.line, to: wakeUp.runAt) }
    }

    /// Something became ready, nobody knows where.
    package func reset() {
        state.withLock { state in
            state.marks.reset()
            // The server may be another one, which never heard that they are gone.
            state.oldestLeases = [:]
        }
    }

    /// Where a look at each of `lines` would begin, without one.
    func positions(of lines: [LowWaterMarks.Line]) -> [LowWaterMarks.Line: LowWaterMarks.Position] {
        let now = ContinuousClock().now
        return state.withLock { $0.marks.positions(of: lines, now: now) }
    }

    func oldestLease(of kind: JobKind) -> Int64 {
        state.withLock { $0.oldestLeases[kind] ?? 0 }
    }

    func note(oldestLease: Int64, of kind: JobKind) {
        state.withLock { $0.oldestLeases[kind] = max(oldestLease, $0.oldestLeases[kind] ?? 0) }
    }

    /// Runs a look from the marks, and moves them by what it took.
    func look<T>(
        at lines: [LowWaterMarks.Line],
        _ body: (LowWaterMarks.Look) async throws -> (T, last: [LowWaterMarks.Line: LowWaterMarks.Position])
    ) async throws -> T {
        let clock = ContinuousClock()
        let begun = clock.now
        let look = state.withLock { $0.marks.look(at: lines, now: begun) }
        do {
            let (value, last) = try await body(look)
            let now = clock.now
            state.withLock { $0.marks.found(last, by: look, cost: now - begun, now: now) }
            return value
        } catch {
            state.withLock { $0.marks.failed(look) }
            throw error
        }
    }
}
