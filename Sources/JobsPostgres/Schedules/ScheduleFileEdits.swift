import Postgres
import Primitives
import Scheduling

/// What applying a file has to write, collected first: it goes to the server in few round trips, however many schedules
/// it changes.
struct ScheduleFileEdits {
    let now: Instant
    private(set) var changes: [ScheduleChange] = []
    private var upserts: [UpsertSchedule] = []
    private var passedOver: [InsertPassedOver] = []
    private var linedUp: [LineUpRuns] = []
    private var removed: [Int64] = []

    /// Schedules written in one round trip.
    private static let chunkMax = 500

    init(now: Instant) {
        self.now = now
    }

    /// Writes a schedule over what is stored under its name, if anything is.
    mutating func write(_ schedule: Schedule, over old: StoredRule?) {
        let place = old?.place(for: schedule, now: now) ?? SchedulePlace(of: schedule, at: now)
        upserts.append(UpsertSchedule(schedule: schedule, madeBy: nil, place: place, now: now))
        if let old, old.gainsLine(by: schedule) { linedUp.append(LineUpRuns(schedule: old.id)) }
        guard let old, !old.isRemoved else {
            changes.append(ScheduleChange(name: schedule.name, what: .added))
            return
        }
        let edits = old.changes(to: schedule)
        if !edits.isEmpty { changes.append(ScheduleChange(name: schedule.name, what: .changed(edits))) }
        passOver(old.passedOver(by: schedule, now: now), of: old)
    }

    /// Takes one out that the file no longer names; its undecided ticks have rows that say so.
    mutating func remove(_ rule: StoredRule) {
        removed.append(rule.id)
        changes.append(ScheduleChange(name: rule.name, what: .removed))
        passOver(rule.passedOver(now: now), of: rule)
    }

    private mutating func passOver(_ ticks: [Tick], of rule: StoredRule) {
        guard let first = ticks.first else { return }
        passedOver.append(InsertPassedOver(schedule: rule.id, ticks: ticks, now: now))
        changes.append(
            ScheduleChange(name: rule.name, what: .passedOver(ticks: Tick.count(of: ticks), first: first.instant)))
    }

    func perform(in transaction: Transaction) async throws {
        try await Self.run(upserts, in: transaction)
        try await Self.run(passedOver, in: transaction)
        try await Self.run(linedUp, in: transaction)
        if !removed.isEmpty { try await transaction.run(RemoveSchedules(ids: removed, now: now)) }
    }

    private static func run<S: Statement>(_ statements: [S], in transaction: Transaction) async throws {
        for begin in stride(from: 0, to: statements.count, by: chunkMax) {
            _ = try await transaction.pipeline(Array(statements[begin..<min(begin + chunkMax, statements.count)]))
        }
    }
}
