import AdminAPI
import ArgumentParser
import Primitives

/// `audit list`: entries, newest first.
struct AuditList: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists what was changed, by whom and why, newest first.",
        discussion: "With --json each entry has what held before the change, and since.")

    @Option(help: "Only what this person did.")
    var actor: String?

    @Option(help: "Only this action, such as schedule.pause; or schedule, for all that is done to schedules.")
    var action: String?

    @Option(help: "Only what was done to this, such as \"job 42\"; the beginning is enough.")
    var subject: String?

    @Option(help: "Only since this time (RFC 3339).", transform: ArgumentReading.instant)
    var since: Instant?

    @OptionGroup var list: ListOptions
    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let page: Page<AuditAnswer> = try await daemon.withClient(in: session) { client in
            try await list.page(
                of: AdminPath.audit,
                query: [("actor", actor), ("action", action), ("subject", subject), ("since", since?.rfc3339)],
                from: client)
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(page) } else { try stream.list(page, Table(page.items), nothing: "no entries") }
        return .success
    }
}

extension Table {
    /// Entries of the audit, one a line.
    init(_ entries: [AuditAnswer]) {
        self.init([
            .number("ENTRY"), .text("AT"), .text("ACTOR"), .text("ACTION"), .text("SUBJECT"), .text("REASON"),
        ])
        for entry in entries {
            add([
                Cell(entry.sequence.description), Cell(TimeText.instant(entry.at)), Cell(entry.actor),
                Cell(entry.action), Cell(entry.subject), Cell(entry.reason ?? ""),
            ])
        }
    }
}
