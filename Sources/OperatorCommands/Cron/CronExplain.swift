import ArgumentParser
import Cron
import Primitives

/// `cron explain`: an expression in words, with its next runs and what the next clock changes do to it.
struct CronExplain: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says an expression in words, with its next runs, gap and overlap.")

    @Argument(help: "Five fields or an alias, quoted: \"0 9-20 * * *\".")
    var expression: String

    @Option(help: "The IANA name of the zone, such as America/Argentina/Buenos_Aires.")
    var zone: String

    @Option(help: "Start after this RFC 3339 time; default now.", transform: ArgumentReading.instant)
    var after: Instant?

    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let rule = try ExpressionInZone(expression, zone: zone)
        let preview = RulePreview(rule, after: after ?? session.time.now())
        if output.json {
            try session.terminal.output.json(preview)
        } else {
            try session.terminal.output.write(preview.text(for: session.terminal.output))
        }
        return .success
    }
}
