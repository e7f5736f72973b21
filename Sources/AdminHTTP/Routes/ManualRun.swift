import AdminAPI
import Audit
import FoundationEssentials
import Jobs
import JobsPostgres
import Postgres
import Primitives

/// A run that an operator starts: the schedule's kind and payload, behind the schedule's unfinished runs.
struct ManualRun: Sendable {
    private let schedule: StoredSchedule
    private let asOf: Instant?
    private let source: String
    private let execution: ExecutionID
    private let payload: String

    private static let reasonMax = 500

    /// Refuses a reason that is too long, and `as_of` for a schedule whose payload is no object.
    init(schedule: StoredSchedule, wish: RunRequest, source: String, at now: Instant) throws {
        if let reason = wish.reason, !(1...Self.reasonMax).contains(reason.utf8.count) {
            throw RequestRefusal.invalid(
                "body field reason", "the reason has \(reason.utf8.count) bytes",
                hint: "1 to \(Self.reasonMax) bytes, or leave it out")
        }
        self.schedule = schedule
        asOf = wish.asOf
        self.source = source + (wish.reason.map { ": " + $0 } ?? "")
        execution = .make(at: now)
        payload = try Self.payload(of: schedule, asOf: wish.asOf)
    }

    /// Commits the job, its run and their entry in the audit. When the answer to that was lost, the run itself tells
    /// whether it began.
    func start(on pool: PostgresPool, audit: AuditTrail, by order: OperatorOrder) async throws -> RunStarted {
        do {
            return try await pool.transaction { transaction in
                let started = started(job: try await transaction.enqueue(job))
                try await audit.record(
                    AuditEntry(
                        actor: order.actor, channel: order.channel, action: "schedule.run",
                        subject: "schedule \(schedule.name)", reason: order.reason,
                        after: String(decoding: try WireJSON.encode(started), as: UTF8.self), request: order.request),
                    in: transaction)
                return started
            }
        } catch let error as PostgresError where error.isUnavailability {
            guard let run = try? await pool.first(RunByExecution(execution)) else { throw error }
            return started(job: run.job)
        }
    }

    private var job: NewJob {
        NewJob(
            kind: JobKind(schedule.kind), payload: payload, orderKey: "schedule/\(schedule.id)", money: schedule.money,
            run: NewRun(execution: execution, trigger: .manual, source: source, schedule: schedule.id))
    }

    private func started(job: Int64) -> RunStarted {
        RunStarted(
            executionID: execution, jobID: IntegerText(job), schedule: schedule.name, kind: schedule.kind, asOf: asOf,
            source: source)
    }

    private static func payload(of schedule: StoredSchedule, asOf: Instant?) throws -> String {
        guard let asOf else { return schedule.payload }
        guard case .object(var object)? = JSONValue(text: schedule.payload) else {
            throw RequestRefusal.conflict(
                "the payload of \(schedule.name) is no object, so nothing can be added to it",
                hint: "make it an object in the configuration")
        }
        object["as_of"] = .text(asOf.rfc3339)
        return String(decoding: try WireJSON.encode(JSONValue.object(object)), as: UTF8.self)
    }
}
