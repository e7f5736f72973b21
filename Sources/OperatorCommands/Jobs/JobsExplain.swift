import AdminAPI
import ArgumentParser
import FoundationEssentials
import Primitives

/// `jobs explain`: why a job does not run, and what to do about it.
struct JobsExplain: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says why a job does not run: every gate that it must pass.",
        discussion: """
            What holds it comes first, each with the row that stands in the way and the next step; then
            what lets it through.
            """)

    @Argument(help: "The job's id.", transform: ArgumentReading.id)
    var id: Int64

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let explanation = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.explanation(ofJob: id), as: JobExplanation.self)
        }
        let stream = session.terminal.output
        guard !wantsJSON else {
            try stream.json(explanation)
            return .success
        }
        var facts = Facts()
        let job = explanation.job
        facts.add("job", "\(job.id)")
        facts.add("state", job.state + (job.parkCode.map { " (\($0))" } ?? ""), Style(state: job.state))
        facts.add("kind", job.kind)
        facts.add("schedule", job.schedule)
        facts.add("in short", explanation.summary)
        try stream.write(facts.text(for: stream))
        for gate in explanation.gates where gate.holds {
            try stream.write("\n" + (try Self.facts(gate)).text(for: stream, indent: 2))
        }
        let others = explanation.gates.filter { !$0.holds }
        guard !others.isEmpty else { return .success }
        var besides = Facts()
        for gate in others {
            let isStep = gate.next.contains("`")
            besides.add(gate.gate, gate.detail + (isStep ? "; \(gate.next)" : ""), .faint)
        }
        try stream.line("\n" + stream.styled("besides", .faint))
        try stream.write(besides.text(for: stream, indent: 2))
        return .success
    }

    private static func facts(_ gate: ExplainedGate) throws -> Facts {
        var facts = Facts()
        facts.add("held by", gate.gate, .yellow)
        facts.add("because", gate.detail)
        facts.add("next", gate.next, .cyan)
        if let row = gate.row { facts.add("row", String(decoding: try WireJSON.encode(row), as: UTF8.self), .faint) }
        return facts
    }
}
