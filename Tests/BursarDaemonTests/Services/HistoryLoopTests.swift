@testable import BursarDaemon
import DatabaseTestSupport
import Effects
import JobsPostgres
import Logging
import Postgres
import Primitives
import Synchronization
import TestSupport
import Testing

@Suite struct HistoryLoopTests {
    @Test func `days are made at the start and dropped as the settings say; what is in the way is told`() async throws {
        try await withDatabase { database in
            try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                let probe = EventProbe<String>()
                let history = Mutex<Duration?>(nil)
                let (held, letGo) = (EventProbe<Void>(), EventProbe<Void>())
                let holder = try await PostgresConnection.connect(to: database.address)
                let loop = HistoryLoop(
                    keeping: HistoryKeeping(pool: pool), effects: EffectsKeeping(pool: pool),
                    history: { history.withLock { $0 } }, progress: .unwatched,
                    logger: Logger(label: "test") { _ in Told(probe: probe) }, breath: .milliseconds(1))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await holder.transaction { transaction in
                            try await transaction.execute(
                                "lock table bursar.finished_job_default in access exclusive mode")
                            held.record(())
                            try await letGo.next()
                        }
                    }
                    try await held.next()
                    group.addTask { await loop.run() }
                    // Three passes in a row found it locked.
                    #expect(try await probe.next() == "BRS-4103")
                    letGo.record(())
                    #expect(try await probe.next() == "days of the history were made or dropped")
                    #expect(try await days(pool) == 8)
                    try await pool.execute(
                        "select bursar.make_history_day((clock_timestamp() at time zone 'UTC')::date - 40)")
                    try await receive(pool)
                    #expect(try await probe.next() == "webhooks and messages that ended long ago were deleted")
                    #expect(
                        try await pool.value("select min(event_id) from bursar.inbox_event", as: String.self) == "new")
                    history.withLock { $0 = .seconds(30 * 86_400) }
                    #expect(try await probe.next() == "days of the history were made or dropped")
                    #expect(try await days(pool) == 8)
                    group.cancelAll()
                }
                await holder.close()
            }
        }
    }

    /// Two webhooks, of which one was processed 91 days ago.
    private func receive(_ pool: PostgresPool) async throws {
        try await pool.execute(
            """
            insert into bursar.inbox_event
                (source, event_id, headers, body, body_digest, received_at, processed_at, processed_by)
            select 'bank', name, '{}', '', sha256(''), at, at, 'test'
            from (values ('new', now()), ('ended', now() - interval '91 d')) as event (name, at)
            """)
    }

    private func days(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.value(
            """
            select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'bursar.finished_job'::regclass and c.relname <> 'finished_job_default'
            """, as: Int64.self)
    }
}

/// Hands on the code of an event, or else the words of a line.
private struct Told: LogHandler {
    let probe: EventProbe<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        probe.record(event.metadata?["event"].map { "\($0)" } ?? "\(event.message)")
    }
}
