import ArgumentParser
import Config

/// `config show`: what is set, or with `--effective` every value, each with where it comes from.
struct ConfigShow: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what is set and where; secrets stay hidden.")

    @Flag(help: "Every value, the defaults too.")
    var effective = false

    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let loaded = try source.load(in: session)
        let rows = loaded.rows.filter { effective || $0.origin != .builtIn }
        let stream = session.terminal.output
        if output.json {
            try stream.json(rows)
            return .success
        }
        for warning in loaded.warnings {
            try session.terminal.error.line(stream.styled("warning: ", .yellow) + printable(warning.description))
        }
        guard !rows.isEmpty else {
            try stream.line("nothing is set: every value is its default; see them with --effective")
            return .success
        }
        var table = Table([.text("KEY"), .text("VALUE"), .text("FROM")])
        for row in rows {
            let isDefault = row.origin == .builtIn
            table.add([
                Table.Cell(row.path), Table.Cell("\(row.value)"), Table.Cell("\(row.origin)", isDefault ? .faint : nil),
            ])
        }
        try stream.write(table.text(for: stream))
        return .success
    }
}
