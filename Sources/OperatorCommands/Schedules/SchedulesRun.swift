import AdminAPI
import ArgumentParser
import Primitives

/// `schedules run`: starts a run of a schedule by hand.
struct SchedulesRun: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Starts a run of a schedule now, and waits for it with --wait.",
        discussion: """
            The run queues behind an unfinished one of the same schedule. A paused or disabled schedule can be run too.
            With --wait the exit status is 0 for success and warning, 1 for failed, parked and cancelled.
            """)

    @Argument(
        help: "The schedule's name; `bursarctl schedules list` shows them.", completion: .scheduleNames)
    var schedule: String

    @Option(help: "Run as of this RFC 3339 time instead of now.", transform: ArgumentReading.instant)
    var asOf: Instant?

    @Option(help: "Why, for the log.")
    var reason: String?

    @Flag(help: "Wait until it has ended, showing its progress.")
    var wait = false

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        try await daemon.withClient(in: session) { client in
            let started = try await client.post(
                AdminPath.runs(ofSchedule: schedule), RunRequest(asOf: asOf, reason: reason), as: RunStarted.self)
            guard wait else { return try show(started, on: session.terminal.output) }
            if !wantsJSON { try session.terminal.error.line("execution \(started.executionID)") }
            let detail = try await RunFollower(client, in: session).follow(started.executionID)
            let stream = session.terminal.output
            if wantsJSON { try stream.json(detail) } else { try stream.write(RunText(detail).text(for: stream)) }
            return detail.exitStatus
        }
    }

    private func show(_ started: RunStarted, on stream: TextStream) throws -> CommandStatus {
        guard !wantsJSON else {
            try stream.json(started)
            return .success
        }
        var facts = Facts()
        facts.add("execution", started.executionID.description)
        facts.add("job", started.jobID.description)
        facts.add("schedule", started.schedule)
        facts.add("as of", started.asOf?.rfc3339)
        facts.add("follow", "bursarctl runs watch \(started.executionID)")
        try stream.write(facts.text(for: stream))
        return .success
    }
}
