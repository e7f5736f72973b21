import Events

/// An event as a person reads it on a terminal.
struct EventText: Sendable {
    private let event: Event

    /// How far the text stands from the margin.
    private static let indent = "  "

    init(_ event: Event) {
        self.event = event
    }

    /// All events, a line each.
    static var table: Table {
        var table = Table([.text("CODE"), .text("NAME"), .text("LEVEL"), .text("SUMMARY")])
        for event in Event.all {
            table.add([
                Table.Cell(event.code), Table.Cell(event.name),
                Table.Cell(event.levelName, Style(event: event)), Table.Cell(event.summary),
            ])
        }
        return table
    }

    func text(for stream: TextStream) -> String {
        var text = stream.styled(event.code, .bold) + "  " + event.name + "  "
        text += stream.styled(event.levelName, Style(event: event)) + "\n" + event.summary + "\n"
        for section in event.sections {
            text += "\n" + stream.styled(section.title, .bold) + "\n"
            for line in section.text.split(separator: "\n") {
                let shown = line.hasPrefix("  ") ? stream.styled(Self.typed(line), .cyan) : String(line)
                text += Self.indent + shown + "\n"
            }
        }
        return text
    }

    /// `@BURSAR_JOB_ID@` is `JOB` to somebody who has no entry of the journal before him.
    static func typed(_ command: some StringProtocol) -> String {
        let parts = command.split(separator: "@", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            guard index % 2 == 1, part.hasPrefix("BURSAR_") else { return String(part) }
            let name = part.dropFirst("BURSAR_".count)
            return String(name.hasSuffix("_ID") ? name.dropLast("_ID".count) : name)
        }.joined()
    }
}

extension Event {
    /// The parts of a runbook, in the order in which they are needed.
    var sections: [(title: String, text: String)] {
        [("Meaning", meaning), ("Impact", impact), ("Find the cause", diagnosis), ("What to do", action)]
    }
}

extension Style {
    fileprivate init?(event: Event) {
        switch event.levelName {
        case "error", "critical": self = .red
        case "warning": self = .yellow
        default: return nil
        }
    }
}
