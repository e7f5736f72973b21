import Events
package import Logging
package import Postgres
package import Primitives
package import Scheduling

/// The durable `TickStore`.
package struct PostgresTickStore: TickStore {
    private let pool: PostgresPool
    /// Nil: the database's own clock decides.
    private let time: (any TimeSource)?
    private let logger: Logger
    /// The file's schedules fire only while this digest is the recorded one; operators' own always do.
    package let fileDigest: ScheduleFileDigest
    private let unreadable = UnreadableSchedules()

    package init(
        pool: PostgresPool, fileDigest: ScheduleFileDigest = ScheduleFileDigest(), time: (any TimeSource)? = nil,
        logger: Logger
    ) {
        self.pool = pool
        self.fileDigest = fileDigest
        self.time = time
        self.logger = logger
    }

    package func due(limit: Int) async throws -> (due: [DueSchedule], now: Instant) {
        let rows = try await pool.run(
            DueSchedules(now: time?.now(), limit: Int32(clamping: limit), fileDigest: fileDigest.value))
        guard let now = rows.first?.now else {
            tell(of: [])
            return ([], try await nextDue().now)
        }
        var due: [DueSchedule] = []
        var failures: [(stored: StoredSchedule, error: UnreadableSchedule)] = []
        for stored in rows.map(\.stored) {
            do throws(UnreadableSchedule) {
                due.append(
                    DueSchedule(
                        id: stored.id, schedule: try stored.schedule(), cursor: stored.cursor,
                        revision: stored.revision, hasUnfinished: stored.hasUnfinished))
            } catch {
                failures.append((stored, error))
            }
        }
        tell(of: failures)
        return (due, now)
    }

    /// One line a schedule and edit: it stays due for as long as nobody mends it.
    private func tell(of failures: [(stored: StoredSchedule, error: UnreadableSchedule)]) {
        let news = unreadable.replace(
            by: Dictionary(failures.map { ($0.stored.id, $0.stored.revision) }, uniquingKeysWith: max))
        for (stored, error) in failures where news.contains(stored.id) {
            logger.event(
                .scheduleUnreadable, "a schedule is held",
                metadata: ["schedule": "\(stored.name)", "error": "\(error)"])
        }
    }

    private static func line(of due: DueSchedule) -> String { "schedule/\(due.id)" }

    package func nextDue() async throws -> (due: Instant?, now: Instant) {
        try await pool.run(
            NextDueSchedule(now: time?.now(), fileDigest: fileDigest.value, unreadable: unreadable.ids))[0]
    }

    package func commit(_ passes: [(DueSchedule, SchedulePass)]) async throws -> CommittedPasses {
        let ticks = passes.flatMap { due, pass in pass.ticks.map { (due.id, $0) } }
        let now = time?.now()
        let statement = CommitPasses(
            now: now, schedules: passes.map(\.0.id), revisions: passes.map(\.0.revision),
            oldCursors: passes.map(\.0.cursor), newCursors: passes.map(\.1.cursor), nextDue: passes.map(\.1.nextDue),
            tickSchedules: ticks.map(\.0), keys: ticks.map(\.1.key), instants: ticks.map(\.1.instant),
            nominals: ticks.map(\.1.nominal.wallSeconds),
            previousNominals: ticks.map { $0.1.previousNominal?.wallSeconds },
            decisions: ticks.map(\.1.decision.rawValue), executions: ticks.map { ExecutionID.make(at: $0.1.instant) },
            fileDigest: fileDigest.value)
        // One transaction, one round trip: in line with whoever ends a run of these schedules.
        var pipeline = Pipeline()
        let queued = passes.map(\.0).filter { $0.schedule.overlap != .allow }
        _ = pipeline.add(StandInLines(keys: queued.map { Self.line(of: $0) }))
        let committed = pipeline.add(statement)
        return try await pool.pipeline(pipeline).rows(committed)[0]
    }
}
