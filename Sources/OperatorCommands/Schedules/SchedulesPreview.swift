import AdminAPI
import ArgumentParser
import Cron
import Primitives

/// `schedules preview`: every tick of a span of days.
struct SchedulesPreview: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Shows every tick of a span of days, and what shifts of the clock do to it.",
        discussion: "With --cron and --zone it needs no daemon.")

    @Argument(help: "The schedule's name.")
    var schedule: String?

    @Option(help: "Instead of a schedule: five fields in quotes.")
    var cron: String?

    @Option(help: "The zone of --cron.")
    var zone: String?

    @Option(help: "The first day, such as 2026-10-25, in the zone of the schedule.", transform: ArgumentReading.date)
    var from: CivilDate

    @Option(help: "The last day.", transform: ArgumentReading.date)
    var to: CivilDate

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    private static let ticksMax = 10_000
    private static let daysMax = 3_660

    func validate() throws {
        guard (schedule == nil) != (cron == nil) else {
            throw ValidationError("Name a schedule, or give --cron and --zone instead.")
        }
        guard (cron == nil) == (zone == nil) else {
            throw ValidationError("--cron and --zone go together: an expression means nothing without a zone.")
        }
        guard from <= to, to.daysSinceEpoch - from.daysSinceEpoch < Self.daysMax else {
            throw ValidationError("The span is empty, or longer than \(Self.daysMax) days.")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let answer = try await preview(in: session)
        let stream = session.terminal.output
        guard !wantsJSON else {
            try stream.json(answer)
            return .success
        }
        var table = Table([.text("LOCAL"), .text("UTC"), .text("NOTE")])
        for tick in answer.ticks {
            table.add([Table.Cell(tick.local), Table.Cell(tick.at.rfc3339), Table.Cell(tick.note ?? "")])
        }
        try stream.write(answer.ticks.isEmpty ? "no tick from \(from) to \(to)\n" : table.text(for: stream))
        for day in answer.days {
            try stream.line(stream.styled("\(day.date): ", .yellow) + printable(day.sentence))
        }
        if answer.cut { try stream.line("and more: choose a shorter span") }
        return .success
    }

    private func preview(in session: Session) async throws -> PreviewAnswer {
        if let cron, let zone { return try Self.preview(ExpressionInZone(cron, zone: zone), from: from, to: to) }
        return try await daemon.withClient(in: session) { client in
            try await client.get(
                AdminPath.preview(ofSchedule: schedule ?? ""), query: [("from", "\(from)"), ("to", "\(to)")],
                as: PreviewAnswer.self)
        }
    }

    private static func preview(_ rule: ExpressionInZone, from: CivilDate, to: CivilDate) -> PreviewAnswer {
        let preview = CronPreview(rule.expression, from: from, through: to, in: rule.zone, limit: ticksMax)
        return PreviewAnswer(
            expression: rule.expression.text, zone: rule.zone.identifier, from: "\(from)", to: "\(to)",
            ticks: preview.ticks.map { tick in
                TickAnswer(
                    schedule: "", at: tick.instant,
                    local: tick.instant.local(offset: rule.zone.offset(at: tick.instant)),
                    zone: rule.zone.identifier, nominal: "\(tick.nominal)", note: tick.note(in: rule.zone))
            },
            days: preview.shifts.map { day in
                ShiftedDayAnswer(
                    date: "\(day.date)", at: day.transition.instant,
                    shift: day.transition.isGap ? "gap" : "overlap", sentence: day.sentence)
            }, cut: preview.isCut)
    }
}
