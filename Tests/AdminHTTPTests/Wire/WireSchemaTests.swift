import AdminAPI
import FoundationEssentials
import Primitives
import Testing

/// The keys of every answer, spelled out: a script that reads `--json` must not break because a property was renamed.
@Suite struct WireSchemaTests {
    private static let execution = ExecutionID("0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77")!
    private static let start = Instant(rfc3339: "2026-10-15T12:34:56Z")!
    private static let tick = TickAnswer(schedule: "s", at: start, local: "l", zone: "z", nominal: "n")
    private static let run = RunAnswer(
        executionID: execution, jobID: IntegerText(1), kind: "k", trigger: "manual", source: "s", state: "running",
        tick: RunTick(at: start, local: "l", zone: "z", nominal: "n"), createdAt: start,
        progress: ProgressAnswer(done: IntegerText(1)))
    private static let job = JobAnswer(
        id: IntegerText(1), kind: "k", state: "waiting", createdAt: start, attempt: 0, failures: 0)
    private static let hold = ClockHoldAnswer(
        id: IntegerText(1), open: true, since: start, jumpSeconds: 3_600, seenBy: "b")
    private static let pause = SchedulePause(since: start, by: "b", reason: "r")

    private static let runKeys = """
        created_at duration_seconds error execution_id finished_at job_id kind outcome progress.done \
        progress.eta_seconds \
        progress.rate_per_second progress.share progress.total progress.updated_at schedule source started_at state \
        tick.at tick.local tick.nominal tick.previous_nominal tick.zone totals trigger
        """

    @Test func `a run`() throws {
        #expect(try keys(of: Self.run) == Self.runKeys)
    }

    @Test func `a run with its findings`() throws {
        let finding = FindingAnswer(
            id: IntegerText(1), code: "c", severity: "warning", subject: "s", subjectID: IntegerText(1), message: "m",
            hint: "h", foundAt: Self.start)
        let detail = RunDetail(
            run: Self.run, warnings: 1, notices: 0, findings: [finding],
            descendants: DescendantsAnswer(
                since: Self.start, waiting: 1, running: 0, parked: 0, failed: 0, countedUpTo: 1))
        let run = Self.runKeys.split(separator: " ").map { "run.\($0)" }.joined(separator: " ")
        #expect(
            try keys(of: detail) == """
                descendants.counted_up_to descendants.failed descendants.first_parked descendants.parked \
                descendants.running descendants.since descendants.waiting \
                findings[].code findings[].found_at findings[].hint findings[].id findings[].message \
                findings[].severity \
                findings[].subject findings[].subject_id notices \(run) warnings
                """)
    }

    @Test func `a job`() throws {
        let detail = JobDetail(
            job: Self.job, payload: .null,
            lease: JobLease(number: IntegerText(1), daemonID: "d", claimedAt: Self.start, deadline: Self.start),
            gates: [JobGate(gate: "time", detail: "d")])
        #expect(
            try keys(of: detail) == """
                checkpoint gates[].blocked_by gates[].detail gates[].gate interruptions job.attempt job.created_at \
                job.error job.execution_id job.failures job.finished_at job.id job.kind job.money job.park_code \
                job.run_at \
                job.schedule job.state lease.batch lease.claimed_at lease.daemon_id lease.deadline lease.host \
                lease.number lease.pid \
                limit_key order_key payload priority steps unique_key
                """)
    }

    @Test func `a schedule and its ticks`() throws {
        let schedule = ScheduleAnswer(
            name: "n", kind: "k", expression: "e", sentence: "s", zone: "z", money: false, catchUp: "all",
            overlap: "queue", pauseOnFailure: false, enabled: true, paused: Self.pause, held: Self.pause,
            toggle: ScheduleToggleAnswer(enabled: true, at: Self.start, by: "b"), cursor: Self.start)
        #expect(
            try keys(of: schedule) == """
                catch_up cursor enabled error expression held.by held.reason held.since kind last_run made_by money \
                name next origin overlap pause_on_failure paused.by paused.reason paused.since sentence \
                stagger_seconds toggle.at toggle.by toggle.enabled toggle.reason zone
                """)
        let ticks = TicksAnswer(ticks: [Self.tick], passedOver: [PassedOverSchedule(schedule: "s", why: "w")])
        #expect(
            try keys(of: ticks) == """
                passed_over[].schedule passed_over[].why ticks[].at ticks[].local ticks[].nominal ticks[].note \
                ticks[].schedule ticks[].zone
                """)
    }

    @Test func `the clock, and what became of a tick`() throws {
        let clock = ClockAnswer(now: Self.start, machine: Self.start, hold: Self.hold, held: [])
        #expect(
            try keys(of: ClockConfirmed(changed: true, clock: clock)) == """
                changed clock.held clock.hold.ended_at clock.hold.ended_by clock.hold.id clock.hold.jump_seconds \
                clock.hold.open clock.hold.reason clock.hold.seen_by clock.hold.since clock.machine clock.now
                """)
        let tick = DecidedTickAnswer(
            id: IntegerText(1), schedule: "s", key: "k", at: Self.start, nominal: "n", decision: "missed", meaning: "m",
            count: 1, decidedAt: Self.start)
        #expect(
            try keys(of: tick) == """
                at blocked_by blocked_by_run count decided_at decision id job_id key last_at local meaning nominal \
                period schedule
                """)
    }

    @Test func `what became of a job, and why it does not run`() throws {
        let changed = JobChanged(outcome: .waiting, job: Self.job)
        #expect(try keys(of: changed).hasPrefix("execution_id job.attempt"))
        #expect(try keys(of: changed).hasSuffix("job.state outcome successor"))
        let explanation = JobExplanation(
            job: Self.job, summary: "s", gates: [ExplainedGate(gate: "time", detail: "d", next: "n")])
        #expect(
            try keys(of: explanation).hasPrefix("gates[].detail gates[].gate gates[].holds gates[].next gates[].row"))
    }

    @Test func `a queue`() throws {
        let queue = QueueAnswer(
            kind: "k", waiting: 1, due: 1, dueCountedUpTo: 1, running: 0, inBatches: 0, parked: 0, done: 0, failed: 0,
            cancelled: 0, paused: Self.pause,
            bucket: BucketAnswer(name: "b", tokens: 1, capacity: 1, intervalSeconds: 1),
            breaker: BreakerAnswer(name: "b", state: "open", failures: 1, threshold: 1), daemons: 1)
        let queueKeys = """
            breaker.failures breaker.last_error breaker.name breaker.open_until breaker.state breaker.threshold \
            breaker.tried_by bucket.blocked_until bucket.capacity bucket.interval_seconds bucket.name \
            bucket.next_token_at bucket.tokens cancelled concurrency daemons done due due_counted_up_to failed \
            in_batches kind oldest_due_seconds parked paused.by paused.reason paused.since per_key running waiting
            """
        #expect(try keys(of: queue) == queueKeys)
        let changed = ["changed"] + queueKeys.split(separator: " ").map { "queue.\($0)" }
        #expect(try keys(of: QueueChanged(changed: true, queue: queue)) == changed.joined(separator: " "))
    }

    @Test func `a preview, a plan and what it started`() throws {
        let preview = PreviewAnswer(
            expression: "e", zone: "z", sentence: "s", from: "f", to: "t", ticks: [],
            days: [ShiftedDayAnswer(date: "d", at: Self.start, shift: "gap", sentence: "s")], cut: false)
        #expect(
            try keys(of: preview)
                == "cut days[].at days[].date days[].sentence days[].shift expression from sentence ticks to zone")
        let plan = BackfillPlanAnswer(
            schedule: "s", from: Self.start, to: Self.start, count: 0, first: [], last: [],
            skipped: SkippedTicks(ran: 0, backfilled: 0, passedOver: 0, undecided: 0), order: "o", digest: "d")
        #expect(
            try keys(of: plan) == """
                count digest first from last order schedule skipped.backfilled skipped.passed_over skipped.ran \
                skipped.undecided to
                """)
        let started = BackfillStarted(schedule: "s", count: 1, firstJob: IntegerText(1), lastJob: IntegerText(1))
        #expect(try keys(of: started) == "count first_job last_job schedule")
    }

    @Test func `the status`() throws {
        let status = StatusAnswer(
            build: "b", processID: 1, startedAt: Self.start, now: Self.start, uptimeSeconds: 0, ready: true,
            checks: [CheckAnswer(name: "n", passed: true, detail: "d")],
            database: DatabaseAnswer(mode: "embedded", address: "a", reachable: true),
            daemons: [
                DaemonAnswer(
                    id: "i", host: "h", processID: 1, build: "b", startedAt: Self.start, beatAt: Self.start,
                    beatAgeSeconds: 0, kinds: [])
            ],
            jobs: JobCounts(countedUpTo: 1, waiting: 0, due: 0, running: 0, parked: 0),
            schedules: ScheduleCounts(
                total: 1, paused: [PausedSchedule(name: "n", pause: Self.pause)], disabled: [], clockHold: Self.hold),
            lastRuns: [], socket: "s", configFiles: [])
        #expect(
            try keys(of: status) == """
                build checks[].detail checks[].name checks[].passed config_files daemons[].beat_age_seconds \
                daemons[].beat_at daemons[].build daemons[].host daemons[].id daemons[].kinds daemons[].pid \
                daemons[].started_at database.address database.error database.mode database.reachable \
                database.round_trip_milliseconds database.server_version jobs.counted_up_to jobs.due \
                jobs.oldest_due_seconds jobs.parked jobs.running jobs.waiting last_runs next_tick now pid ready \
                schedules.clock_hold.ended_at schedules.clock_hold.ended_by schedules.clock_hold.id \
                schedules.clock_hold.jump_seconds schedules.clock_hold.open schedules.clock_hold.reason \
                schedules.clock_hold.seen_by schedules.clock_hold.since schedules.disabled \
                schedules.paused[].name schedules.paused[].pause.by \
                schedules.paused[].pause.reason \
                schedules.paused[].pause.since schedules.total socket started_at uptime_seconds
                """)
    }

    @Test func `an explanation`() throws {
        let stretch = ExplainedStretchAnswer(start: Self.start, end: Self.start, factor: "1")
        let investment = ExplainedInvestmentAnswer(
            id: IntegerText(1), amount: IntegerText(1), at: Self.start, local: "l", inclusion: "counted",
            stretches: [stretch])
        let finding = ValuationFindingAnswer(code: "c", severity: "notice", message: "m", hint: "h")
        let explanation = ExplanationAnswer(
            studentID: IntegerText(1), name: "n", classID: IntegerText(1), className: "c", zone: "z", enabled: true,
            asOf: Self.start, investments: [investment], findings: [finding],
            stored: StoredAmountAnswer(amount: IntegerText(1)))
        #expect(
            try keys(of: explanation) == """
                amount as_of class_id class_name enabled error findings[].code findings[].hint findings[].message \
                findings[].severity horizon investments[].amount investments[].at investments[].factor \
                investments[].id \
                investments[].inclusion investments[].local investments[].stretches[].end \
                investments[].stretches[].factor investments[].stretches[].rate investments[].stretches[].start \
                investments[].value name stored.amount stored.as_of student_id sum zone
                """)
    }

    @Test func `what is small`() throws {
        #expect(try keys(of: Page(items: [Self.job.id], next: nil)) == "items[] next")
        #expect(try keys(of: RunRequest()) == "as_of reason")
        let started = RunStarted(
            executionID: Self.execution, jobID: IntegerText(1), schedule: "s", kind: "k", source: "o")
        #expect(try keys(of: started) == "as_of execution_id job_id kind schedule source")
        #expect(try keys(of: HealthAnswer(status: "alive", checks: [])) == "checks status")
        #expect(try keys(of: ResultLine(studentID: IntegerText(1))) == "amount student_id")
        let problem = Problem(type: "t", title: "t", status: 404, detail: "d")
        #expect(try keys(of: problem) == "detail hint status title type where")
    }

    /// Every path of a value, in alphabetical order.
    private func keys(of value: some Encodable) throws -> String {
        let json = try WireJSON.decode(JSONValue.self, from: try WireJSON.encode(value))
        return paths(of: json, under: "").sorted().joined(separator: " ")
    }

    private func paths(of value: JSONValue, under path: String) -> [String] {
        switch value {
        case .object(let object):
            return object.flatMap { key, value in paths(of: value, under: path.isEmpty ? key : path + "." + key) }
        case .list(let list):
            return list.first.map { paths(of: $0, under: path + "[]") } ?? [path]
        default:
            return [path]
        }
    }
}
