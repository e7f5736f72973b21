import AdminAPI
import ArgumentParser
import Primitives

/// `schedules ticks`: what became of each tick.
struct SchedulesTicks: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "ticks", abstract: "Shows what became of a schedule's ticks, and why, newest first.",
        discussion: "Ticks in a row that started nothing may be one line that counts them.")

    @Argument(help: "The schedule's name.", completion: .scheduleNames)
    var schedule: String

    @Option(help: "From this day in the schedule's zone, such as 2026-03-03; or an RFC 3339 time.")
    var from: String?

    @Option(help: "To the end of this day, or an RFC 3339 time.")
    var to: String?

    @OptionGroup var list: ListOptions
    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let page: Page<DecidedTickAnswer> = try await daemon.withClient(in: session) { client in
            try await list.page(
                of: AdminPath.ticks(ofSchedule: schedule), query: [("from", from), ("to", to)], from: client)
        }
        let stream = session.terminal.output
        if wantsJSON {
            try stream.json(page)
        } else {
            try stream.list(page, Self.table(page.items), nothing: "no tick was decided")
        }
        return .success
    }

    private static func table(_ ticks: [DecidedTickAnswer]) -> Table {
        var table = Table([
            .text("LOCAL"), .text("UTC"), .number("TICKS"), .text("DECISION"), .text("JOB"), .text("WHY"),
        ])
        for tick in ticks {
            table.add([
                Table.Cell(tick.local ?? tick.nominal), Table.Cell(tick.at.rfc3339), Table.Cell("\(tick.count)"),
                Table.Cell(tick.decision, tick.decision == "enqueued" ? nil : .yellow),
                Table.Cell(tick.jobID?.description), Table.Cell(tick.why),
            ])
        }
        return table
    }
}

extension DecidedTickAnswer {
    /// Why it was decided so, with what was in its way.
    fileprivate var why: String {
        var words = [meaning]
        if let lastAt { words.append("the last of them \(lastAt)") }
        if let blockedByRun {
            words.append("run \(blockedByRun)")
        } else if let blockedBy {
            words.append("job \(blockedBy)")
        }
        return words.joined(separator: ", ")
    }
}
