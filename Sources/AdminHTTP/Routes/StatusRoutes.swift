import AdminAPI
import Glibc
import Hummingbird
import JobsPostgres
import Postgres
import Primitives
import Scheduling

/// `/api/admin/status`: how the daemon is, with or without a database.
struct StatusRoutes: Sendable {
    private let resources: AdminResources

    private static let lastRunsCount = 5

    init(_ resources: AdminResources) {
        self.resources = resources
    }

    var all: [Route] { [.get(AdminPath.status, status)] }

    @Sendable private func status(_ request: Request, _ context: AdminContext) async throws -> Response {
        _ = try QueryReader(request, knowing: [])
        let readiness = Readiness(resources)
        let greeting = await readiness.greet()
        var answer = await own(greeting, checks: readiness.checks(database: greeting))
        guard greeting.isAnswer else { return try .json(answer) }
        do {
            try await within(Readiness.patience) { [answer] in try await withStore(answer) }.map { answer = $0 }
        } catch let error as PostgresError {
            answer.database.reachable = false
            answer.database.error = "\(error)"
        }
        return try .json(answer)
    }

    /// What needs no database.
    private func own(_ greeting: Readiness.Greeting, checks: [CheckAnswer]) async -> StatusAnswer {
        let now = resources.time.now()
        var database = DatabaseAnswer(
            mode: resources.isEmbedded ? "embedded" : "external", address: resources.address, reachable: false)
        switch greeting {
        case .answered(let version, _, let roundTrip):
            database.reachable = true
            database.serverVersion = version
            database.roundTripMilliseconds = roundTrip.inSeconds * 1_000
        case .silent(let reason):
            database.error = reason
        }
        return StatusAnswer(
            build: resources.build, processID: Int(getpid()), startedAt: resources.startedAt, now: now,
            uptimeSeconds: Int((now - resources.startedAt).inSeconds), ready: checks.allSatisfy(\.passed),
            checks: checks, database: database, daemons: [], lastRuns: [], socket: resources.socketPath,
            configFiles: resources.configFiles)
    }

    /// The same with what the database knows.
    private func withStore(_ answer: StatusAnswer) async throws -> StatusAnswer {
        let pool = resources.pool
        var answer = answer
        answer.daemons = try await pool.run(LiveDaemons()).map(DaemonAnswer.init)
        answer.jobs = try await pool.readByIndex { try await $0.first(CountJobs()) }.map(JobCounts.init)
        let held = try await pool.run(HeldSchedules())
        answer.schedules = ScheduleCounts(
            total: try await pool.first(CountSchedules()) ?? 0,
            paused: held.compactMap { schedule in
                schedule.pause.map { PausedSchedule(name: schedule.name, pause: SchedulePause($0)) }
            },
            disabled: held.filter { !$0.enabled }.map(\.name),
            clockHold: try await resources.openHold().map(ClockHoldAnswer.init))
        answer.nextTick = try await pool.first(NextScheduleToFire()).flatMap { view in
            (try? view.stored.schedule()).flatMap { TickForecast.next(of: $0, after: view.stored.cursor) }
        }
        answer.lastRuns = try await pool.runs(RunFilter(), before: nil, limit: Self.lastRunsCount).runs.map(
            RunAnswer.init)
        return answer
    }
}

extension DaemonAnswer {
    /// A daemon as its view says it.
    init(_ view: DaemonView) {
        self.init(
            id: view.id.description, host: view.host, processID: Int(view.pid), build: view.build,
            startedAt: view.startedAt, beatAt: view.beatAt, beatAgeSeconds: max(0, (view.now - view.beatAt).inSeconds),
            kinds: view.kinds)
    }
}

extension JobCounts {
    /// Counts as the store says them.
    init(_ tally: JobTally) {
        self.init(
            countedUpTo: CountJobs.dueMax, waiting: tally.waiting, due: tally.due, running: tally.running,
            parked: tally.parked, oldestDueSeconds: tally.oldestDue.map { (tally.now - $0).inSeconds })
    }
}
