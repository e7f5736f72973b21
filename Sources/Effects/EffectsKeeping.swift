package import Postgres
package import Primitives

/// Deletes what nobody needs any more: events of the inbox that were processed, messages that were sent or refused.
///
/// Intents and their history stay for ever: they say what was paid. A key of the inbox or the outbox is known for 90
/// days, so long at least; what comes again later is new.
package struct EffectsKeeping: Sendable {
    private let pool: PostgresPool
    /// Nil: the database's own clock.
    private let time: (any TimeSource)?

    package static let age = Duration.seconds(90 * 86_400)
    /// Deleted by one statement, so that none holds many rows for long.
    private static let portion = 1_000
    /// Of each table in one pass; the next one goes on.
    private static let portionsMax = 100

    /// What one pass deleted.
    package struct Pass: Sendable, Hashable {
        package internal(set) var events = 0
        package internal(set) var messages = 0

        package init() {}
    }

    package init(pool: PostgresPool, time: (any TimeSource)? = nil) {
        self.pool = pool
        self.time = time
    }

    /// One pass; any number of daemons may be at it.
    package func pass() async throws -> Pass {
        var pass = Pass()
        pass.events = try await portions {
            try await pool.first(DropInboxEvents(age: Self.age, limit: Self.portion, now: time?.now()))
        }
        pass.messages = try await portions {
            try await pool.first(DropMessages(age: Self.age, limit: Self.portion, now: time?.now()))
        }
        return pass
    }

    private func portions(_ drop: () async throws -> Int?) async throws -> Int {
        var count = 0
        for _ in 0..<Self.portionsMax {
            try Task.checkCancellation()
            let dropped = try await drop() ?? 0
            count += dropped
            if dropped < Self.portion { break }
        }
        return count
    }
}
