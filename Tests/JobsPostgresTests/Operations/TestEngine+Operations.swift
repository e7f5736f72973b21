import Audit
import Cron
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling

extension TestEngine {
    /// One key for all: a chain is made with one.
    private static let key = AuditKey.random()

    var audit: AuditTrail { AuditTrail(key: Self.key, time: time) }
    var schedules: ScheduleOperations { ScheduleOperations(pool: pool, audit: audit, time: time) }
    var queues: QueueOperations { QueueOperations(pool: pool, audit: audit, time: time) }
    var jobs: JobOperations { JobOperations(pool: pool, audit: audit, time: time) }

    /// Puts schedules there as the file would.
    @discardableResult
    func apply(_ schedules: Schedule...) async throws -> ScheduleFileOutcome {
        try await ScheduleRegistry(pool: pool, time: time).apply(schedules)
    }

    /// What was written down of `action` so far, by subject.
    func audited(_ action: String) async throws -> [String] {
        var rows = try await pool.query("select subject from bursar.audit_entry where action = \(action) order by 1")
        return try rows.indices.map { try rows[$0].next(String.self) }
    }
}

extension OperatorOrder {
    /// As a person at the socket would give it.
    static func by(_ name: String = "alice", because reason: String? = nil) -> OperatorOrder {
        OperatorOrder(actor: Actor(name: name, uid: 1_000), channel: .socket, reason: reason)
    }
}

extension Schedule {
    static func sample(_ name: String, _ expression: String = "0 2 * * *", money: Bool = false) throws -> Schedule {
        Schedule(
            name: name, kind: "test.work", expression: try CronExpression(expression), zone: .utc, money: money,
            catchUp: .all)
    }
}

/// Two daemons' engines on one database under one clock.
func withTwoDaemons(_ body: @Sendable (TestEngine, TestEngine) async throws -> Void) async throws {
    try await withEngine { engine, database in
        let other = TestEngine(database, time: engine.time)
        try await withRunningPool(other.pool) {
            try await other.session.beat()
            try await body(engine, other)
            await other.session.end()
        }
    }
}
