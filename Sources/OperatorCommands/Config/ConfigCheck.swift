import AdminAPI
import ArgumentParser
import Config
import Primitives

/// `config check`: every error with its place; without one, what each schedule will do.
struct ConfigCheck: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reports every error with file, line and column, or what each schedule will do.",
        discussion: "Needs no daemon. With --online the running daemon says which job kinds its build knows.")

    @Flag(help: "Ask the running daemon for its job kinds, and warn of schedules of other ones.")
    var online = false

    @OptionGroup var daemon: DaemonOptions

    private var output: OutputOptions { daemon.output }
    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let stream = session.terminal.output
        let kinds = online ? try await runningKinds(in: session) : nil
        do {
            let loader = ConfigurationLoader(environment: session.environment, knownKinds: kinds)
            let loaded = try loader.load(path: daemon.configuration.path(in: session))
            let report = ConfigReport(loaded, now: session.time.now())
            if output.json { try stream.json(report) } else { try stream.write(report.text(for: stream)) }
            return .success
        } catch let errors as ConfigurationErrors {
            let report = ConfigReport(errors)
            if output.json { try stream.json(report) } else { try session.terminal.error.write(report.complaints) }
            return .configuration
        }
    }
    /// The daemon's own list: a job is added in one place, and no tool repeats it.
    private func runningKinds(in session: Session) async throws -> Set<String> {
        let running = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.configuration, as: ConfigurationAnswer.self)
        }
        return Set(running.kinds)
    }
}
