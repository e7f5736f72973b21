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
    /// A job with all that is known of it, and what holds it.
    init(_ circumstances: JobCircumstances) {
        let details = circumstances.details
        let unfinished = details.unfinished
        let holding = unfinished == nil ? [] : JobExplanation(circumstances).gates.filter(\.holds)
        let head = circumstances.obstacles?.head.flatMap { Int64($0.name) }
        self.init(
            job: JobAnswer(details.job), payload: JSONValue(text: details.payload) ?? .null,
            checkpoint: unfinished?.checkpoint.flatMap { JSONValue(text: $0) }, steps: unfinished.map { Int($0.steps) },
            interruptions: unfinished.map { Int($0.interruptions) }, priority: unfinished.map { Int($0.priority) },
            orderKey: unfinished?.orderKey, limitKey: unfinished?.limitKey, uniqueKey: unfinished?.uniqueKey,
            lease: unfinished?.lease.map(JobLease.init),
            gates: holding.map { gate in
                JobGate(
                    gate: gate.gate, detail: gate.detail,
                    blockedBy: gate.gate == "order_key" ? head.map(IntegerText.init) : nil)
            })
    }
}

extension JobLease {
    /// A lease as its view says it.
    init(_ lease: JobDetails.Lease) {
        self.init(
            number: IntegerText(lease.number), daemonID: lease.daemon.description, host: lease.host,
            processID: lease.pid.map { Int($0) }, claimedAt: lease.claimedAt, deadline: lease.deadline,
            batch: lease.batch)
    }
}
