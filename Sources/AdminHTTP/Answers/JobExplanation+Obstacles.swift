import AdminAPI
import JobsPostgres
import Primitives

extension JobExplanation {
    /// Everything between a job and its end, the weightiest first.
    init(_ details: JobDetails, _ obstacles: Obstacles?) {
        let gates =
            details.unfinished.map { ExplainedGate.gates(of: details.job, $0, obstacles) }
            ?? [ExplainedGate.ended(details.job)]
        let holding = gates.first(where: \.holds)
        self.init(
            job: JobAnswer(details.job),
            summary: holding?.detail ?? "nothing holds it: a daemon with a free worker takes it at once", gates: gates)
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
        of job: JobView, _ unfinished: JobDetails.Unfinished, _ obstacles: Obstacles?
    ) -> [ExplainedGate] {
        let own: [ExplainedGate] =
            switch job.state {
            case "parked": [parked(job)]
            case "running": [lease(of: job, unfinished, obstacles)]
            default: waiting(job, unfinished, obstacles)
            }
        return [cancellation(job, obstacles), schedule(obstacles)].compactMap(\.self) + own
    }

    private static func cancellation(_ job: JobView, _ obstacles: Obstacles?) -> ExplainedGate? {
        guard let by = obstacles?.cancelRequestedBy, let at = obstacles?.cancelRequestedAt else { return nil }
        return ExplainedGate(
            gate: "cancellation", detail: "\(by) asked for its end at \(at)",
            next: "wait: its daemon ends it within a few seconds, or when its attempt heeds the order")
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

    private static func parked(_ job: JobView) -> ExplainedGate {
        let code = job.parkCode ?? "?"
        let next =
            code == "unknown_kind"
            ? "start a daemon whose build knows jobs of kind \(job.kind): it frees the job by itself"
            : "put right what the error says, then `bursarctl jobs retry \(job.id)`; "
                + "or give it up: `bursarctl jobs cancel \(job.id)`"
        return ExplainedGate(
            gate: "person", detail: "parked (\(code)) after \(job.attempt) attempts: \(job.error ?? "no error")",
            next: next)
    }

    private static func lease(
        of job: JobView, _ unfinished: JobDetails.Unfinished, _ obstacles: Obstacles?
    ) -> ExplainedGate {
        var detail = "a daemon executes it"
        if let lease = unfinished.lease {
            let place = lease.host.map { " (\($0), pid \(lease.pid ?? 0))" } ?? ""
            detail =
                "daemon \(lease.daemon)\(place) executes it since \(lease.claimedAt) under lease \(lease.number), "
                + "until \(lease.deadline) at the latest"
        }
        if let age = obstacles?.beatAge { detail += "; its last beat is \(age.inSeconds.rounded()) s old" }
        let isAlive = obstacles?.daemon?.state == "alive"
        return ExplainedGate(
            gate: "lease", detail: detail,
            next: isAlive
                ? "wait for it; `bursarctl jobs cancel \(job.id)` tells the attempt to stop"
                : "wait: the next daemon that looks takes it again within seconds",
            row: obstacles?.daemon.flatMap { JSONValue(text: $0.row) })
    }

    private static func waiting(
        _ job: JobView, _ unfinished: JobDetails.Unfinished, _ obstacles: Obstacles?
    ) -> [ExplainedGate] {
        var gates: [ExplainedGate] = []
        if let runAt = job.runAt, runAt > unfinished.now {
            let why = job.error.map { "; its last attempt failed: \($0)" } ?? ""
            gates.append(
                ExplainedGate(gate: "time", detail: "it is due at \(runAt)\(why)", next: "wait until then"))
        }
        if let blocker = obstacles?.blocker {
            gates.append(
                ExplainedGate(
                    gate: "order_key",
                    detail: "job \(blocker.name), which is \(blocker.state), is in front of it under the key "
                        + (unfinished.orderKey ?? ""),
                    next: blocker.state == "parked"
                        ? "`bursarctl jobs explain \(blocker.name)`, then retry or cancel that one"
                        : "wait for that one; `bursarctl jobs explain \(blocker.name)` says how it stands",
                    row: JSONValue(text: blocker.row)))
        }
        if !unfinished.hasWorker {
            gates.append(
                ExplainedGate(
                    gate: "worker", detail: "no daemon that runs now knows jobs of kind \(job.kind)",
                    next: "start a daemon whose build knows it; `bursarctl status` shows those that run"))
        }
        return gates
    }
}
