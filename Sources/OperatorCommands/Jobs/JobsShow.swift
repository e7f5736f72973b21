import AdminAPI
import ArgumentParser
import FoundationEssentials
import Primitives

/// `jobs show`: one job, and what it waits for.
struct JobsShow: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a job with its payload, its checkpoint, and what it waits for.")

    @Argument(help: "The job's id.", transform: ArgumentReading.id)
    var id: Int64

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let detail = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.job(id), as: JobDetail.self)
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(detail) } else { try stream.write(facts(detail).text(for: stream)) }
        return .success
    }

    private func facts(_ detail: JobDetail) throws -> Facts {
        let job = detail.job
        var facts = Facts()
        facts.add("job", job.id.description)
        facts.add("state", job.state + (job.parkCode.map { " (\($0))" } ?? ""), Style(state: job.state))
        facts.add("kind", job.kind)
        facts.add("execution", job.executionID?.description)
        facts.add("schedule", job.schedule)
        facts.add("money", job.money.map { $0 ? "yes" : "no" })
        facts.add("created", job.createdAt.rfc3339)
        facts.add("due", job.runAt?.rfc3339)
        facts.add("finished", job.finishedAt?.rfc3339)
        facts.add("attempt", "\(job.attempt), \(job.failures) failed")
        facts.add(
            "interrupted", detail.interruptions.flatMap { $0 > 0 ? "\($0) times since the last committed step" : nil })
        facts.add("error", job.error, .red)
        facts.add("order key", detail.orderKey)
        facts.add("limit key", detail.limitKey)
        facts.add("unique key", detail.uniqueKey)
        facts.add("priority", detail.priority.flatMap { $0 != 0 ? "\($0)" : nil })
        facts.add("payload", try Self.text(detail.payload))
        facts.add("checkpoint", try detail.checkpoint.map(Self.text))
        facts.add("steps", detail.steps.map { "\($0)" })
        facts.add("lease", detail.lease.map(Self.words))
        for gate in detail.gates { facts.add("waits for", gate.detail, .yellow) }
        return facts
    }

    private static func text(_ value: JSONValue) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }

    private static func words(_ lease: JobLease) -> String {
        let place = lease.host.map { " on \($0)" } ?? ""
        let pid = lease.processID.map { ", pid \($0)" } ?? ""
        let batch = lease.batch.map { ", in a batch of \($0)" } ?? ""
        return "\(lease.number) by daemon \(lease.daemonID)\(place)\(pid), from \(lease.claimedAt) until "
            + "\(lease.deadline)\(batch)"
    }
}
