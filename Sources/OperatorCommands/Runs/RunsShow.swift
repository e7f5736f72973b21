import AdminAPI
import ArgumentParser
import Primitives

/// `runs show`: one run with its totals and findings.
struct RunsShow: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a run with its totals and findings.")

    @Argument(help: "The execution id.", transform: ArgumentReading.execution)
    var execution: ExecutionID

    @Flag(help: "All findings, each as a line.")
    var findings = false

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    private static let findingsAPage = 500

    func run(in session: Session) async throws -> CommandStatus {
        try await daemon.withClient(in: session) { client in
            guard !findings else { return try await showFindings(from: client, on: session.terminal.output) }
            let detail = try await client.get(AdminPath.run(execution), as: RunDetail.self)
            let stream = session.terminal.output
            if wantsJSON { try stream.json(detail) } else { try stream.write(RunText(detail).text(for: stream)) }
        }
        return .success
    }

    /// Page by page, so that their number does not matter.
    private func showFindings(from client: AdminClient, on stream: TextStream) async throws {
        var after: String?
        repeat {
            let page = try await client.get(
                AdminPath.findings(of: execution), query: [("limit", String(Self.findingsAPage)), ("after", after)],
                as: Page<FindingAnswer>.self)
            if wantsJSON {
                for finding in page.items { try stream.jsonLine(finding) }
            } else if !page.items.isEmpty {
                try stream.write(Table(page.items).text(for: stream))
            } else if after == nil {
                try stream.line("no findings")
            }
            after = page.next
        } while after != nil
    }
}
