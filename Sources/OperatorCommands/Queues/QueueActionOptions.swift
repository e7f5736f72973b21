import AdminAPI
import ArgumentParser
import Primitives

/// What the verbs take that hold a kind or let it go.
struct QueueActionOptions: ParsableArguments {
    @Argument(help: "The kind of job; `bursarctl queues` shows them.", completion: .jobKinds)
    var kind: String

    @Option(help: "Why, for the audit; required where money moves.")
    var reason: String?

    @OptionGroup var daemon: DaemonOptions

    /// Asks the daemon, and says what came of it: `done` or `already`.
    func run(
        _ action: QueueAction, done: String, already: String, in session: Session
    ) async throws -> CommandStatus {
        let changed = try await daemon.withClient(in: session) { client in
            try await client.post(AdminPath.queue(kind, action), ReasonRequest(reason: reason), as: QueueChanged.self)
        }
        let stream = session.terminal.output
        guard !daemon.output.json else {
            try stream.json(changed)
            return .success
        }
        try stream.line(printable("\(kind) \(changed.changed ? done : already)"))
        let queue = changed.queue
        let due = queue.due >= queue.dueCountedUpTo ? "\(queue.due) or more" : "\(queue.due)"
        try stream.line("\(queue.waiting) waiting, \(due) of them due, \(queue.running) running")
        return .success
    }
}
