import ArgumentParser
import Cron
import Primitives

/// `cron next`: the next instants of an expression, or of many on standard input.
struct CronNext: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Prints the next instants of an expression in a zone.",
        discussion: """
            With --batch it reads JSON lines {"expr":…,"tz":…,"after":…,"count":…} and writes one line each:
            {"next":[…]} or {"error":{"field":…,"position":…,"message":…,"hint":…}}.
            """)

    @Argument(help: "Five fields or an alias, quoted: \"0 9-20 * * *\".")
    var expression: String?

    @Option(help: "The IANA name of the zone, such as America/Argentina/Buenos_Aires.")
    var zone: String?

    @Option(help: "Start after this RFC 3339 time; default now.", transform: ArgumentReading.instant)
    var after: Instant?

    @Option(help: "How many instants; default 5.", transform: ArgumentReading.count)
    var count: Int?

    @Flag(help: "Answer JSON lines from standard input.")
    var batch = false

    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if batch {
            guard expression == nil, zone == nil, after == nil, count == nil else {
                throw ValidationError("--batch takes everything from standard input; leave out the other arguments.")
            }
        } else if expression == nil {
            throw ValidationError("Missing expression: bursarctl cron next \"0 2 * * *\" --zone UTC; or --batch.")
        } else if zone == nil {
            throw ValidationError("Missing --zone: an expression means nothing without one; write --zone UTC for UTC.")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        guard !batch else {
            var loop = BatchLoop(input: session.terminal.input, output: session.terminal.output)
            try loop.run()
            return .success
        }
        let rule = try ExpressionInZone(expression ?? "", zone: zone ?? "")
        let start = after ?? session.time.now()
        let ticks = rule.ticks(after: start, count: count ?? 5)
        let stream = session.terminal.output
        if output.json {
            try stream.json(
                Answer(
                    expression: rule.expression.text, zone: rule.zone.identifier, after: start, next: ticks.map(\.at),
                    ticks: ticks))
        } else if ticks.isEmpty {
            try stream.line("never within 50 years")
        } else {
            try stream.write(Table(ticks).text(for: stream))
        }
        return .success
    }

    private struct Answer: Encodable {
        let expression: String
        let zone: String
        let after: Instant
        let next: [Instant]
        let ticks: [ShownTick]
    }
}
