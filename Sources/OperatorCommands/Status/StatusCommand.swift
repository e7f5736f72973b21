import AdminAPI
import ArgumentParser

/// `status`: how the daemon is.
struct StatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how the daemon is: readiness, database, jobs, next tick, last runs.",
        discussion: "Exit status 1 when it is not ready; with --watch 0, once Ctrl-C ends it.")

    @Flag(help: "Show it again every 2 seconds until Ctrl-C; with --json one value a line.")
    var watch = false

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        if watch {
            let socket = try daemon.socketPath(in: session)
            Interrupt.listen()
            try await StatusWatch(socket: socket, session: session, streamsJSON: wantsJSON).run { Interrupt.isWanted }
            return .success
        }
        let status = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.status, as: StatusAnswer.self)
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(status) } else { try stream.write(StatusText(status).text(for: stream)) }
        return status.ready ? .success : .bad
    }
}
