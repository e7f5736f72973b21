import ArgumentParser
import Config
import Events

/// `explain`: what an event of the log means and what to do about it.
struct ExplainCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says what an event of the log means, and what to do about it.",
        discussion: """
            Every warning or worse of the daemon carries such a code; `bursarctl logs --explain` shows the same text
            beside the lines. Needs no daemon.
            """)

    @Argument(help: ArgumentHelp("Its code or its name: BRS-2104, ticks-passed-over.", valueName: "event"))
    var wanted: String?

    @Flag(help: "Show all events, one a line.")
    var list = false

    @Flag(help: "Print the catalog that journalctl reads its explanations from.")
    var catalog = false

    @Flag(help: "Print the manual page bursar-events(7).")
    var man = false

    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func validate() throws {
        let wishes = (wanted == nil ? 0 : 1) + [list, catalog, man].count(where: \.self)
        guard wishes == 1 else {
            throw ValidationError("Give one event's code or name, or one of --list, --catalog and --man.")
        }
        guard !output.json || wanted != nil || list else {
            throw ValidationError("--json goes with an event or with --list.")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let stream = session.terminal.output
        if let wanted {
            let event = try Self.event(wanted)
            if output.json {
                try stream.json(EventReport(event))
            } else {
                try stream.write(EventText(event).text(for: stream))
            }
        } else if list {
            if output.json {
                try stream.json(Event.all.map(EventReport.init))
            } else {
                try stream.write(EventText.table.text(for: stream))
            }
        } else {
            try stream.write(catalog ? JournalCatalog.text : EventManual.text(of: EventManual.date(in: session)))
        }
        return .success
    }

    private static func event(_ text: String) throws -> Event {
        if let event = Event.named(text) { return event }
        let near =
            suggestion(for: text.uppercased(), among: Event.all.map(\.code))
            ?? suggestion(for: text.lowercased(), among: Event.all.map(\.name))
        let advice = near.flatMap(Event.named).map { "did you mean \($0.code) (\($0.name))? " } ?? ""
        throw CommandFailure(
            .bad, "no event is called \"\(text.prefix(80))\"", hint: advice + "`bursarctl explain --list` shows all")
    }
}
