import AdminAPI
import JobsPostgres
import Primitives

extension JobAnswer {
    /// A job as its view says it.
    init(_ view: JobView) {
        self.init(
            id: IntegerText(view.id), kind: view.kind, state: view.state, money: view.money, runAt: view.runAt,
            createdAt: view.createdAt, finishedAt: view.finishedAt, attempt: Int(view.attempt),
            failures: Int(view.failures), error: view.error, parkCode: view.parkCode, executionID: view.execution,
            schedule: view.schedule)
    }
}

extension JobDetail {
    /// A job with all that is known of it, and its gates.
    init(_ details: JobDetails) {
        let unfinished = details.unfinished
        self.init(
            job: JobAnswer(details.job), payload: JSONValue(text: details.payload) ?? .null,
            checkpoint: unfinished?.checkpoint.flatMap { JSONValue(text: $0) }, steps: unfinished.map { Int($0.steps) },
            interruptions: unfinished.map { Int($0.interruptions) }, priority: unfinished.map { Int($0.priority) },
            orderKey: unfinished?.orderKey, uniqueKey: unfinished?.uniqueKey,
            lease: unfinished?.lease.map(JobLease.init),
            gates: unfinished.map { JobGate.gates(of: details.job, $0) } ?? [])
    }
}

extension JobLease {
    /// A lease as its view says it.
    init(_ lease: JobDetails.Lease) {
        self.init(
            number: IntegerText(lease.number), daemonID: lease.daemon.description, host: lease.host,
            processID: lease.pid.map { Int($0) }, claimedAt: lease.claimedAt, deadline: lease.deadline)
    }
}

extension JobGate {
    /// Everything that keeps an unfinished job from being claimed now.
    static func gates(of job: JobView, _ unfinished: JobDetails.Unfinished) -> [JobGate] {
        switch job.state {
        case "parked":
            return [JobGate(gate: "person", detail: "parked (\(job.parkCode ?? "?")): a person must look at its error")]
        case "running":
            let until = unfinished.lease.map { ", until \($0.deadline) at the latest" } ?? ""
            return [JobGate(gate: "lease", detail: "a daemon executes it\(until)")]
        default:
            return waitingGates(of: job, unfinished)
        }
    }

    private static func waitingGates(of job: JobView, _ unfinished: JobDetails.Unfinished) -> [JobGate] {
        var gates: [JobGate] = []
        if let runAt = job.runAt, runAt > unfinished.now {
            gates.append(JobGate(gate: "time", detail: "it is due at \(runAt)"))
        }
        if let blocker = unfinished.blocker {
            let key = unfinished.orderKey ?? ""
            gates.append(
                JobGate(
                    gate: "order_key", detail: "job \(blocker) is in front of it under the key \(key)",
                    blockedBy: IntegerText(blocker)))
        }
        if !unfinished.hasWorker {
            gates.append(JobGate(gate: "worker", detail: "no daemon that runs now knows jobs of kind \(job.kind)"))
        }
        return gates
    }
}
