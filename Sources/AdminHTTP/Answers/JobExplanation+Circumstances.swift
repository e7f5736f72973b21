import AdminAPI
import JobsPostgres
import Primitives

extension JobExplanation {
    /// Every gate of a job; those that hold it come first.
    init(_ circumstances: JobCircumstances) {
        let job = circumstances.details.job
        let all =
            circumstances.details.unfinished.map { ExplainedGate.gates(of: circumstances, $0) }
            ?? [ExplainedGate.ended(job)]
        let holding = all.filter(\.holds)
        self.init(
            job: JobAnswer(job),
            summary: holding.first?.detail ?? "nothing holds it: a daemon with a free worker takes it at once",
            gates: holding + all.filter { !$0.holds })
    }
}

extension ExplainedGate {
    fileprivate static func ended(_ job: JobView) -> ExplainedGate {
        let when = job.finishedAt.map { " at \($0)" } ?? ""
        let why = job.error.map { ": \($0)" } ?? ""
        let next = job.state == "failed" ? "`bursarctl jobs retry \(job.id)` starts another one like it" : "nothing"
        return ExplainedGate(gate: "ended", detail: "it ended \(job.state)\(when)\(why)", next: next)
    }

    fileprivate static func gates(
        of circumstances: JobCircumstances, _ unfinished: JobDetails.Unfinished
    ) -> [ExplainedGate] {
        let job = circumstances.details.job
        let obstacles = circumstances.obstacles
        let own: [ExplainedGate] =
            switch job.state {
            case "parked": [parked(job, obstacles)]
            case "running": [lease(of: job, unfinished, obstacles)]
            default: waiting(circumstances, unfinished)
            }
        return [cancellation(obstacles), schedule(obstacles)].compactMap(\.self) + own
    }

    private static func cancellation(_ obstacles: Obstacles?) -> ExplainedGate? {
        guard let by = obstacles?.cancelRequestedBy, let at = obstacles?.cancelRequestedAt else { return nil }
        return ExplainedGate(
            gate: "cancellation", detail: "\(by) asked for its end at \(at)",
            next: "wait: its daemon ends it within a few seconds, or when its attempt heeds the order",
            row: .object(["cancel_requested_by": .text(by), "cancel_requested_at": .text(at.rfc3339)]))
    }

    /// A hold keeps ticks, not the jobs that they became.
    private static func schedule(_ obstacles: Obstacles?) -> ExplainedGate? {
        guard let schedule = obstacles?.pausedSchedule, let row = JSONValue(text: schedule.row) else { return nil }
        func text(_ key: String) -> String { row[key]?.scalarText ?? "?" }
        return ExplainedGate(
            gate: "schedule", holds: false,
            detail: "its schedule \(schedule.name) is paused since \(text("paused_at")) by \(text("paused_by")): "
                + "\(text("paused_reason")); no further tick becomes a job",
            next: "`bursarctl schedules resume \(schedule.name)` once the cause is gone", row: row)
    }

    private static func parked(_ job: JobView, _ obstacles: Obstacles?) -> ExplainedGate {
        let code = job.parkCode ?? "?"
        let next =
            switch code {
            case "unknown_kind":
                "start a daemon whose build knows jobs of kind \(job.kind): it frees the job by itself"
            case "payload":
                "a retry reads the same payload: correct what enqueues it, `bursarctl jobs cancel \(job.id)`, and "
                    + "start it anew"
            default:
                "put right what the error says, then `bursarctl jobs retry \(job.id)`; "
                    + "or give it up: `bursarctl jobs cancel \(job.id)`"
            }
        return ExplainedGate(
            gate: "person", detail: "parked (\(code)) after \(job.attempt) attempts: \(job.error ?? "no error")",
            next: next,
            row: .object([
                "id": .text("\(job.id)"), "park_code": .text(code), "error": job.error.map { .text($0) } ?? .null,
                "attempt": .integer(Int64(job.attempt)), "failures": .integer(Int64(job.failures)),
            ]))
    }

    private static func lease(
        of job: JobView, _ unfinished: JobDetails.Unfinished, _ obstacles: Obstacles?
    ) -> ExplainedGate {
        var detail = "a daemon executes it"
        if let lease = unfinished.lease {
            let place = lease.host.map { " (\($0), pid \(lease.pid ?? 0))" } ?? ""
            let how = lease.batch.map { " in a batch of \($0)" } ?? ""
            let since = DurationText.words(seconds: max(0, (unfinished.now - lease.claimedAt).inSeconds))
            detail =
                "daemon \(lease.daemon)\(place) executes it\(how) since \(lease.claimedAt), for \(since), under lease "
                + "\(lease.number), until \(lease.deadline) at the latest"
        }
        if let age = obstacles?.beatAge { detail += "; its last beat is \(age.inSeconds.rounded()) s old" }
        let isAlive = obstacles?.daemon?.state == "alive"
        var row = obstacles?.daemon.flatMap { JSONValue(text: $0.row) }
        if let batch = obstacles?.batch.flatMap({ JSONValue(text: $0.row) }) {
            row = .object(["batch": batch, "daemon": row ?? .null])
        }
        return ExplainedGate(
            gate: "lease", detail: detail,
            next: isAlive
                ? "wait for it; `bursarctl jobs cancel \(job.id)` tells the attempt to stop"
                : "wait: the next daemon that looks takes it again within seconds", row: row)
    }
}
