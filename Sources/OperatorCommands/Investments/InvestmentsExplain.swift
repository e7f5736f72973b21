import AdminAPI
import ArgumentParser
import Primitives

/// `investments explain`: why a student has what they have.
struct InvestmentsExplain: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows each investment of a student, its growth under each rate, and the sum before it is rounded.")

    @Argument(help: "The student's id.", transform: ArgumentReading.id)
    var student: Int64

    @Option(help: "As of this RFC 3339 time instead of now.", transform: ArgumentReading.instant)
    var asOf: Instant?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let answer = try await daemon.withClient(in: session) { client in
            try await client.get(
                AdminPath.explanation(ofStudent: student), query: [("as_of", asOf?.rfc3339)], as: ExplanationAnswer.self
            )
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(answer) } else { try stream.write(ExplanationText(answer).text(for: stream)) }
        return .success
    }
}
