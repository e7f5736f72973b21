import AdminAPI
import ArgumentParser
import Primitives

/// What the verbs take that change a job.
struct JobActionOptions: ParsableArguments {
    @Argument(help: "The job's id.", transform: ArgumentReading.id)
    var id: Int64

    @Option(help: "Why, for the audit; required where money moves.")
    var reason: String?

    @OptionGroup var daemon: DaemonOptions

    /// Asks the daemon, and says what came of it.
    func run(_ action: JobAction, in session: Session) async throws -> CommandStatus {
        let changed = try await daemon.withClient(in: session) { client in
            try await client.post(AdminPath.job(id, action), ReasonRequest(reason: reason), as: JobChanged.self)
        }
        let stream = session.terminal.output
        if daemon.output.json { try stream.json(changed) } else { try stream.line(Self.words(changed)) }
        return .success
    }

    private static func words(_ changed: JobChanged) -> String {
        let job = "job \(changed.job.id)"
        switch changed.outcome {
        case .waiting: return "\(job) waits again"
        case .started:
            let successor = changed.successor?.description ?? "?"
            let run = changed.executionID.map { "; follow it: bursarctl runs watch \($0)" } ?? ""
            return "\(job) is tried again as job \(successor)\(run)"
        case .cancelled: return "\(job) is cancelled"
        case .requested: return "\(job) runs: its daemon was told to end it; `bursarctl jobs show \(changed.job.id)`"
        case .unchanged: return "\(job): nothing to do, it is so already"
        }
    }
}
