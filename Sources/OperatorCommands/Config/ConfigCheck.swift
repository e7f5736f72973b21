import ArgumentParser
import Config
import Primitives

/// `config check`: every error with its place; without one, what each schedule will do.
struct ConfigCheck: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reports every error with file, line and column, or what each schedule will do.")

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let stream = session.terminal.output
        do {
            let loader = ConfigurationLoader(environment: session.environment)
            let loaded = try loader.load(path: source.path(in: session))
            let report = ConfigReport(loaded, now: session.time.now())
            if output.json { try stream.json(report) } else { try stream.write(report.text(for: stream)) }
            return .success
        } catch let errors as ConfigurationErrors {
            let report = ConfigReport(errors)
            if output.json { try stream.json(report) } else { try session.terminal.error.write(report.complaints) }
            return .configuration
        }
    }
}
