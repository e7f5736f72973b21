import AdminAPI
import ArgumentParser
import Primitives

/// `schedules delete`: takes an operator's own schedule out.
struct SchedulesDelete: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes a schedule that was made while the daemon ran.",
        discussion: "What it started goes on. A schedule of the configuration file is taken out there.")

    @OptionGroup var options: ScheduleActionOptions

    var wantsJSON: Bool { options.daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let changed = try await options.daemon.withClient(in: session) { client in
            try await client.delete(
                AdminPath.schedule(options.schedule), query: [("reason", options.reason)], as: ScheduleChanged.self)
        }
        let stream = session.terminal.output
        if wantsJSON {
            try stream.json(changed)
        } else {
            try stream.line(printable("\(options.schedule) is deleted"))
        }
        return .success
    }
}
