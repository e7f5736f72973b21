import AdminAPI
import ArgumentParser
import NIOCore

/// `reload`: has the daemon read its configuration again, and says what came of it.
struct ReloadCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Has the daemon read its configuration again, and shows what changed.",
        discussion: """
            The files are checked as a whole first: with any error the old configuration stays as it is.
            Exit status: 0 applied or unchanged, 1 disputed with another daemon's file, 78 refused.
            """)

    /// systemd gives an `ExecReload=` 90 seconds; its answer must be there before.
    private static let limit = TimeAmount.seconds(80)

    @Flag(help: "Wait for the outcome. It always does; units may say so.")
    var wait = false

    @Flag(help: "This daemon's file holds, even where another daemon's file says something else of the schedules.")
    var apply = false

    @Option(help: "Why, for the audit log.")
    var reason: String?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let answer = try await daemon.withClient(in: session) { client in
            try await client.post(
                AdminPath.reload, ReloadRequest(apply: apply, reason: reason), as: ReloadAnswer.self,
                within: Self.limit)
        }
        let text = ReloadText(answer)
        if wantsJSON {
            try session.terminal.output.json(answer)
        } else {
            try session.terminal.error.write(text.complaints(for: session.terminal.error))
            try session.terminal.output.write(text.text(for: session.terminal.output))
        }
        return answer.outcome.exitStatus
    }
}

extension ReloadAnswer.Outcome {
    /// What a reload that ended so leaves behind.
    var exitStatus: CommandStatus {
        switch self {
        case .applied, .unchanged: .success
        case .disputed: .bad
        case .refused: .configuration
        }
    }
}
