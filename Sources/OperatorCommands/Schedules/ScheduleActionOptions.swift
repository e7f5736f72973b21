import AdminAPI
import ArgumentParser
import Primitives

/// What the verbs take that switch or hold a schedule.
struct ScheduleActionOptions: ParsableArguments {
    @Argument(
        help: "The schedule's name; `bursarctl schedules list` shows them.", completion: .scheduleNames)
    var schedule: String

    @Option(help: "Why, for the audit; required where money moves.")
    var reason: String?

    @OptionGroup var daemon: DaemonOptions

    /// Asks the daemon, and says what came of it: `done` or `already`.
    func run(
        _ action: ScheduleAction, done: String, already: String, in session: Session
    ) async throws -> CommandStatus {
        let changed = try await daemon.withClient(in: session) { client in
            try await client.post(
                AdminPath.schedule(schedule, action), ReasonRequest(reason: reason), as: ScheduleChanged.self)
        }
        let stream = session.terminal.output
        if daemon.output.json {
            try stream.json(changed)
        } else {
            try stream.line(printable("\(schedule) \(changed.changed ? done : already)"))
            if let next = changed.schedule?.next { try stream.line(printable("next tick \(next.local), \(next.at)")) }
        }
        return .success
    }
}
