package import Cron
import Events
package import Logging
package import Postgres
package import Primitives
package import Scheduling

/// The durable `TickStore`.
package struct PostgresTickStore: TickStore {
    private let pool: PostgresPool
    /// Who writes down what happens to the clock.
    private let name: String
    /// Nil: the database's own clock decides.
    private let time: (any TimeSource)?
    private let logger: Logger
    /// The file's schedules fire only while this digest is the recorded one; operators' own always do.
    package let fileDigest: ScheduleFileDigest
    private let schedules: ReadSchedules

    /// - Parameters:
    ///   - name: of the daemon, as a hold of the clock shows it.
    ///   - zones: where zones come from.
    package init(
        pool: PostgresPool, name: String = "bursard", fileDigest: ScheduleFileDigest = ScheduleFileDigest(),
        time: (any TimeSource)? = nil, zones: @escaping @Sendable (String) throws -> Zone = { try Zone($0) },
        logger: Logger
    ) {
        self.pool = pool
        self.name = name
        self.fileDigest = fileDigest
        self.time = time
        self.logger = logger
        schedules = ReadSchedules(zones: zones)
    }

    package func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) {
        let rows = try await rows(at: time?.now(), limit: limit)
        guard let now = rows.first?.now else { return ([], try await pool.run(StoreClock(now: time?.now()))[0]) }
        let due = schedules(of: rows)
        // One line a schedule and edit: it stays due for as long as nobody mends it.
        for error in schedules.news() {
            logger.event(
                .scheduleUnreadable, "a schedule is held",
                metadata: ["schedule": "\(error.name)", "error": "\(error)"])
        }
        return (due, now)
    }

    package func upcoming(at instant: Instant, limit: Int) async throws -> [DueSchedule] {
        let due = schedules(of: try await rows(at: instant, limit: limit))
        // Nothing is committed, but the connection that is used next has its statements prepared.
        if !due.isEmpty { _ = try await commit([]) }
        return due
    }

    private func rows(at now: Instant?, limit: Int) async throws -> [DueSchedules.Output] {
        try await pool.run(
            DueSchedules(
                now: now, limit: Int32(clamping: limit), fileDigest: fileDigest.value,
                unreadable: schedules.unreadable))
    }

    private func schedules(of rows: [DueSchedules.Output]) -> [DueSchedule] {
        rows.compactMap { row in
            let stored = row.stored
            guard let schedule = try? schedules.schedule(of: stored) else { return nil }
            return DueSchedule(
                id: stored.id, schedule: schedule, cursor: stored.cursor, wall: stored.wall, revision: stored.revision,
                unfinished: stored.unfinished)
        }
    }

    package func outlook() async throws -> TickOutlook {
        try await pool.run(
            ReadOutlook(now: time?.now(), fileDigest: fileDigest.value, unreadable: schedules.unreadable))[0]
    }

    package func commit(
        _ passes: [(DueSchedule, SchedulePass)], within lateness: Duration?
    ) async throws -> CommittedPasses {
        // One transaction, one round trip: in line with whoever ends a run of these schedules.
        var pipeline = Pipeline()
        let queued = passes.map(\.0).filter { $0.schedule.overlap != .allow }
        _ = pipeline.add(StandInLines(keys: queued.map { Self.line(of: $0) }))
        let answer = pipeline.add(
            CommitPasses(now: time?.now(), passes: passes, fileDigest: fileDigest.value, lateness: lateness))
        let row = try await pool.pipeline(pipeline).rows(answer)[0]
        var committed = row.passes
        committed.lost = Set(passes.map(\.0.id)).subtracting(row.advanced)
        return committed
    }

    private static func line(of due: DueSchedule) -> String { "schedule/\(due.id)" }

    package func hold(becauseOf jump: Duration, newerThan known: Int64) async throws -> Bool {
        let statement = InsertClockHold(jump: jump, known: known, seenBy: name, now: time?.now())
        return try await pool.first(statement) != nil
    }

    package func release(_ hold: ClockHold, because reason: String) async throws -> Bool {
        let statement = EndClockHold(id: hold.id, by: name, reason: reason, now: time?.now())
        return try await pool.first(statement) != nil
    }
}
