import AdminAPI
import ArgumentParser
import Primitives

/// `investments results`: what a run gave each student, a row a student.
struct InvestmentsResults: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "results", abstract: "Prints what a run gave each student, a row a student, by their ids.",
        discussion:
            "CSV unless --json asks for JSON lines. A student in error has no amount; a finding of the run says why.")

    @Argument(help: "The execution id.", transform: ArgumentReading.execution)
    var execution: ExecutionID

    @Flag(help: "CSV with the header student_id,amount; the default.")
    var csv = false

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func validate() throws {
        if csv, wantsJSON { throw ValidationError("--csv and --json exclude each other.") }
    }

    func run(in session: Session) async throws -> CommandStatus {
        try await daemon.withClient(in: session) { client in
            try await client.stream(
                AdminPath.results(of: execution), query: [("format", wantsJSON ? "jsonl" : "csv")]
            ) { bytes in
                try session.terminal.output.write(bytes)
            }
        }
        return .success
    }
}
