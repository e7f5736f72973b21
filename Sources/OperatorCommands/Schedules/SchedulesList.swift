import AdminAPI
import ArgumentParser
import Primitives

/// `schedules list`: every schedule with its next tick and last run.
struct SchedulesList: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists schedules with their next tick and last run.")

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let page = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.schedules, as: Page<ScheduleAnswer>.self)
        }
        let stream = session.terminal.output
        if wantsJSON {
            try stream.json(page)
        } else {
            try stream.list(page, Self.table(page.items), nothing: "no schedules")
            for line in page.items.flatMap(\.holds) { try stream.line(printable(line)) }
        }
        return .success
    }

    private static func table(_ schedules: [ScheduleAnswer]) -> Table {
        var table = Table([
            .text("NAME"), .text("STATE"), .text("ORIGIN"), .text("EXPRESSION"), .text("ZONE"),
            .text("NEXT (LOCAL)"), .text("LAST RUN"), .text("IN WORDS"),
        ])
        for schedule in schedules {
            let last = schedule.lastRun
            table.add([
                Table.Cell(schedule.name), Table.Cell(state: schedule.stateWord), Table.Cell(schedule.origin),
                Table.Cell(schedule.expression), Table.Cell(schedule.zone), Table.Cell(schedule.next?.local),
                last.map { Table.Cell(state: $0.state) } ?? Table.Cell(nil),
                Table.Cell(schedule.error ?? schedule.sentence),
            ])
        }
        return table
    }
}

extension ScheduleAnswer {
    /// Whether it fires, in a word.
    var stateWord: String {
        if error != nil { return "error" }
        if paused != nil { return "paused" }
        if held != nil { return "held" }
        return enabled ? "active" : "disabled"
    }

    /// Who holds it, and who switched it, a line each.
    var holds: [String] {
        var lines: [String] = []
        if let paused { lines.append("\(name): paused since \(paused.since) by \(paused.by): \(paused.reason)") }
        if let held { lines.append("\(name): held since \(held.since) by \(held.by): \(held.reason)") }
        if let toggle {
            let word = toggle.enabled ? "on" : "off"
            let why = toggle.reason.map { ": \($0)" } ?? ""
            lines.append("\(name): switched \(word) at \(toggle.at) by \(toggle.by)\(why)")
        }
        return lines
    }
}
