import AdminAPI
import ArgumentParser
import Primitives

/// `jobs list`: jobs, newest first.
struct JobsList: OperatorCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists jobs, newest first.")

    @Option(help: "Only waiting, running, parked, done, failed or cancelled ones.", completion: .jobStates)
    var state: String?

    @Option(help: "Only this kind's.", completion: .jobKinds)
    var kind: String?

    @OptionGroup var list: ListOptions
    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let page: Page<JobAnswer> = try await daemon.withClient(in: session) { client in
            try await list.page(of: AdminPath.jobs, query: [("state", state), ("kind", kind)], from: client)
        }
        let stream = session.terminal.output
        if wantsJSON {
            try stream.json(page)
        } else {
            try stream.list(page, Self.table(page.items), nothing: "no jobs")
        }
        return .success
    }

    private static func table(_ jobs: [JobAnswer]) -> Table {
        var table = Table([
            .number("ID"), .text("STATE"), .text("KIND"), .text("CREATED"), .text("DUE"), .text("FINISHED"),
            .number("ATTEMPT"), .text("ERROR"),
        ])
        for job in jobs {
            table.add([
                Table.Cell(job.id.description), Table.Cell(state: job.state), Table.Cell(job.kind),
                Table.Cell(TimeText.instant(job.createdAt)), Table.Cell(TimeText.instant(job.runAt)),
                Table.Cell(TimeText.instant(job.finishedAt)), Table.Cell(job.attempt), Table.Cell(job.error ?? ""),
            ])
        }
        return table
    }
}
