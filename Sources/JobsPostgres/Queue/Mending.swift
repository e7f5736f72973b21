import Postgres
import Primitives
import Synchronization

/// How far the lines have been looked at for somebody who should have stepped forward: pass after pass, round and
/// round.
final class Mending: Sendable {
    private struct State {
        var afterOrder = ""
        var afterLimit = (kind: "", key: "")
    }

    private let state = Mutex(State())

    /// Looks at the next lines. Gives who stepped forward.
    func mend(via runner: some StatementRunner, now: Instant?) async throws(PostgresError) -> [WakeUp] {
        let from = state.withLock { $0 }
        let rows: [MendLines.Mended]
        do throws(PostgresError) {
            rows = try await runner.run(
                MendLines(afterOrder: from.afterOrder, afterLimit: from.afterLimit, now: now))
        } catch {
            // Somebody has just come to the head of one of these lines: it needs no mending.
            guard error.code == .uniqueViolation else { throw error }
            return []
        }
        state.withLock { state in
            state.afterOrder = rows.first?.lastOrder ?? ""
            state.afterLimit = rows.first?.lastLimit ?? ("", "")
        }
        return rows.compactMap(\.wakeUp)
    }
}
