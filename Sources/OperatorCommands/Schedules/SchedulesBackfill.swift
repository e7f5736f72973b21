import AdminAPI
import ArgumentParser
import Primitives

/// `schedules backfill`: has ticks of the past run afterwards.
struct SchedulesBackfill: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Plans runs for ticks of the past; starts them with --apply.",
        discussion: """
            Without --apply nothing is changed: the plan shows how many ticks would run, the first and the last of them,
            and its digest. With --apply DIGEST that very plan is started, one run at a time in the order of the ticks,
            beside the schedule's own runs; it is refused when the plan is another by then.
            """)

    @Argument(help: "The schedule's name.", completion: .scheduleNames)
    var schedule: String

    @Option(help: "The first day in the schedule's zone, such as 2026-10-01; or an RFC 3339 time.")
    var from: String

    @Option(help: "The last day, or an RFC 3339 time; nothing of it may lie in the future.")
    var to: String

    @Flag(help: "Ticks that were missed, disabled or in the way of another run, too.")
    var passedOver = false

    @Option(help: "Start the plan that has this digest.")
    var apply: String?

    @Option(help: "Why, for the audit; required where money moves.")
    var reason: String?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await daemon.withClient(in: session) { client in
            if let apply {
                try await start(apply, through: client, on: session.terminal.output)
            } else {
                try await plan(through: client, on: session.terminal.output)
            }
        }
        return .success
    }

    private func start(_ digest: String, through client: AdminClient, on stream: TextStream) async throws {
        let started = try await client.post(
            AdminPath.backfill(ofSchedule: schedule),
            BackfillRequest(from: from, to: to, passedOver: passedOver, digest: digest, reason: reason),
            as: BackfillStarted.self)
        guard !wantsJSON else { return try stream.json(started) }
        var facts = Facts()
        facts.add("schedule", started.schedule)
        facts.add("started", "\(started.count) runs")
        facts.add("jobs", "\(started.firstJob) to \(started.lastJob), in the order of their ticks")
        facts.add("follow", "bursarctl runs list --schedule \(started.schedule)")
        try stream.write(facts.text(for: stream))
    }

    private func plan(through client: AdminClient, on stream: TextStream) async throws {
        let plan = try await client.get(
            AdminPath.backfill(ofSchedule: schedule),
            query: [("from", from), ("to", to), ("passed_over", passedOver ? "true" : nil)],
            as: BackfillPlanAnswer.self)
        guard !wantsJSON else { return try stream.json(plan) }
        var facts = Facts()
        facts.add("schedule", plan.schedule)
        facts.add("span", "\(plan.from) to \(plan.to)")
        facts.add("would run", "\(plan.count) ticks", plan.count == 0 ? .yellow : nil)
        let skipped = plan.skipped
        facts.add("ran already", Self.count(skipped.ran))
        facts.add("backfilled already", Self.count(skipped.backfilled))
        facts.add("decided without a run", Self.count(skipped.passedOver, "; --passed-over takes them too"))
        facts.add("not decided yet", Self.count(skipped.undecided, "; the scheduler will"))
        facts.add("order", plan.count > 0 ? plan.order : nil)
        facts.add("digest", plan.digest)
        try stream.write(facts.text(for: stream))
        guard plan.count > 0 else { return }
        var table = Table([.text("LOCAL"), .text("UTC")])
        for tick in plan.first { table.add([Table.Cell(tick.local), Table.Cell(tick.at.rfc3339)]) }
        let hidden = plan.count - plan.first.count - plan.last.count
        if hidden > 0 { table.add([Table.Cell("… \(hidden) more …", .faint), ""]) }
        for tick in plan.last { table.add([Table.Cell(tick.local), Table.Cell(tick.at.rfc3339)]) }
        try stream.write(table.text(for: stream))
        let more = passedOver ? " --passed-over" : ""
        try stream.line(
            printable(
                "nothing is changed yet; to start it: bursarctl schedules backfill \(schedule) --from \(from) "
                    + "--to \(to)\(more) --apply \(plan.digest)"))
    }

    private static func count(_ number: Int, _ remark: String = "") -> String? {
        number > 0 ? "\(number) ticks\(remark)" : nil
    }
}
