import ArgumentParser
import Config
import EmbeddedPostgres

/// `db url`: the address of the database, for psql and others.
struct DatabaseURLCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "url", abstract: "Prints the address of the configured or embedded database.",
        discussion: "For psql: psql \"$(bursarctl db url)\"")

    @Flag(help: "Print the password too, if the address holds one.")
    var reveal = false

    @OptionGroup var cluster: StateDirectoryOptions
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let loaded = try source.load(in: session)
        let answer: Answer
        switch try DatabaseTarget(loaded, stateDirectory: cluster.stateDirectory) {
        case .embedded(let cluster):
            answer = Answer(mode: "embedded", url: cluster.uri)
        case .external:
            let url = loaded.configuration.database.url
            let shown = loaded.rows.first { $0.path == "database.url" }.map { "\($0.value)" } ?? ""
            answer = Answer(mode: "external", url: reveal ? url : shown)
            if !reveal, shown != url { try session.terminal.error.line("the password is hidden: --reveal prints it") }
        }
        if output.json {
            try session.terminal.output.json(answer)
        } else {
            try session.terminal.output.line(answer.url)
        }
        return .success
    }

    private struct Answer: Encodable {
        let mode: String
        let url: String
    }
}
