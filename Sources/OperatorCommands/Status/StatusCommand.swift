import AdminAPI
import ArgumentParser

/// `status`: how the daemon is.
struct StatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how the daemon is: readiness, database, jobs, next tick, last runs.")

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let status = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.status, as: StatusAnswer.self)
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(status) } else { try stream.write(StatusText(status).text(for: stream)) }
        return status.ready ? .success : .bad
    }
}
