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

    @Argument(help: "The schedule's name.", completion: .scheduleNames)
    var schedule: String?

    @Option(help: "Instead of a schedule: five fields in quotes.")
    var cron: String?

    @Option(help: "The zone of --cron.")
    var zone: String?

    @Option(
        help: "The first day in the schedule's zone, such as 2026-10-25; default today.",
        transform: ArgumentReading.date)
    var from: CivilDate?

    @Option(help: "The last day; default 14 days in all.", transform: ArgumentReading.date)
    var to: CivilDate?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    private static let ticksMax = 10_000
    private static let daysMax = 3_660
    private static let daysStandard = 14

    func validate() throws {
        guard (schedule == nil) != (cron == nil) else {
            throw ValidationError("Name a schedule, or give --cron and --zone instead.")
        }
        guard (cron == nil) == (zone == nil) else {
            throw ValidationError("--cron and --zone go together: an expression means nothing without a zone.")
        }
        if let from, let to, !(0..<Self.daysMax).contains(to.daysSinceEpoch - from.daysSinceEpoch) {
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
        try stream.line(printable(answer.sentence))
        let nothing = "no tick from \(answer.from) to \(answer.to)\n"
        try stream.write(answer.ticks.isEmpty ? nothing : table.text(for: stream))
        for day in answer.days {
            try stream.line(stream.styled("\(day.date): ", .yellow) + printable(day.sentence))
        }
        if answer.cut { try stream.line("and more: choose a shorter span") }
        return .success
    }

    private func preview(in session: Session) async throws -> PreviewAnswer {
        if let cron, let zone {
            return try preview(ExpressionInZone(cron, zone: zone), now: session.time.now())
        }
        return try await daemon.withClient(in: session) { client in
            try await client.get(
                AdminPath.preview(ofSchedule: schedule ?? ""),
                query: [("from", from?.description), ("to", to?.description)],
                as: PreviewAnswer.self)
        }
    }

    private func preview(_ rule: ExpressionInZone, now: Instant) throws(CommandFailure) -> PreviewAnswer {
        let from = from ?? rule.zone.civil(at: now).date
        let to = to ?? CivilDate(daysSinceEpoch: from.daysSinceEpoch + Self.daysStandard - 1)
        guard (0..<Self.daysMax).contains(to.daysSinceEpoch - from.daysSinceEpoch) else {
            throw CommandFailure(
                .usage, "the span from \(from) to \(to) is empty, or longer than \(Self.daysMax) days",
                hint: "put the later day last")
        }
        let preview = CronPreview(rule.expression, from: from, through: to, in: rule.zone, limit: Self.ticksMax)
        return PreviewAnswer(
            expression: rule.expression.text, zone: rule.zone.identifier,
            sentence: rule.expression.sentence(in: rule.zone), from: "\(from)", to: "\(to)",
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
