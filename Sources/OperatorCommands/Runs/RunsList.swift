import AdminAPI
import ArgumentParser

/// `runs list`: runs, newest first.
struct RunsList: OperatorCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists runs, newest first.")

    @Option(help: "Only this schedule's.", completion: .scheduleNames)
    var schedule: String?

    @Option(help: "Only this kind's.", completion: .jobKinds)
    var kind: String?

    @Option(help: "Only waiting, running, success, warning, failed, parked or cancelled ones.", completion: .runStates)
    var state: String?

    @OptionGroup var list: ListOptions
    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let page: Page<RunAnswer> = try await daemon.withClient(in: session) { client in
            try await list.page(
                of: AdminPath.runs, query: [("schedule", schedule), ("kind", kind), ("state", state)], from: client)
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(page) } else { try stream.list(page, Table(page.items), nothing: "no runs") }
        return .success
    }
}
