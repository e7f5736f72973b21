import AdminAPI
import ArgumentParser
import Config

/// `complete`: the names that a shell offers, one a line. For completion scripts.
struct CompleteCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Prints names for a shell to complete.",
        discussion: "Of the daemon; without one, of the configuration.", shouldDisplay: false)

    /// What names are wanted of.
    enum Noun: String, CaseIterable, ExpressibleByArgument {
        case schedules, kinds
    }

    @Argument(help: "schedules or kinds.")
    var noun: Noun

    @OptionGroup var daemon: DaemonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let names: [String]
        do {
            names = try await runningNames(in: session)
        } catch is CommandFailure {
            names = try configuredNames(in: session)
        }
        for name in Set(names).sorted() { try session.terminal.output.line(printable(name)) }
        return .success
    }

    private func runningNames(in session: Session) async throws -> [String] {
        try await daemon.withClient(in: session) { client in
            switch noun {
            case .schedules:
                try await client.get(AdminPath.schedules, as: Page<ScheduleAnswer>.self).items.map(\.name)
            case .kinds: try await client.get(AdminPath.configuration, as: ConfigurationAnswer.self).kinds
            }
        }
    }

    private func configuredNames(in session: Session) throws -> [String] {
        let schedules = try daemon.configuration.load(in: session).configuration.schedules
        return schedules.map { noun == .schedules ? $0.name : $0.kind }
    }
}
