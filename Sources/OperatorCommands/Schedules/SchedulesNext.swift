import AdminAPI
import ArgumentParser
import Primitives

/// `schedules next`: what fires when.
struct SchedulesNext: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Lists the next ticks over all schedules, or of one.")

    @Argument(help: "Only this schedule's.", completion: .scheduleNames)
    var schedule: String?

    @Option(help: "How many ticks; default 10.", transform: ArgumentReading.count)
    var count: Int?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let answer = try await daemon.withClient(in: session) { client in
            try await client.get(
                AdminPath.nextTicks, query: [("count", String(count ?? 10)), ("schedule", schedule)],
                as: TicksAnswer.self)
        }
        let stream = session.terminal.output
        guard !wantsJSON else {
            try stream.json(answer)
            return .success
        }
        var table = Table([.text("LOCAL"), .text("ZONE"), .text("UTC"), .text("IN"), .text("SCHEDULE"), .text("NOTE")])
        let now = session.time.now()
        for tick in answer.ticks {
            table.add([
                Table.Cell(tick.local), Table.Cell(tick.zone), Table.Cell(tick.at.rfc3339),
                Table.Cell(TimeText.distance(from: now, to: tick.at)), Table.Cell(tick.schedule),
                Table.Cell(tick.note ?? ""),
            ])
        }
        try stream.write(answer.ticks.isEmpty ? "no ticks within 50 years\n" : table.text(for: stream))
        for passed in answer.passedOver {
            try stream.line(stream.styled("not shown: ", .yellow) + printable("\(passed.schedule), \(passed.why)"))
        }
        return .success
    }
}
