import AdminAPI
import ArgumentParser
import FoundationEssentials
import Primitives

/// `schedules put`: makes an operator's own schedule, or edits it.
struct SchedulesPut: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Makes a schedule while the daemon runs, or edits one that was made so.",
        discussion: """
            The options are the keys of the configuration file, and what is left out is as there. A schedule of the file
            is edited in the file. An edit replaces all of it but whether it is on or off.
            """)

    @Argument(help: "The schedule's name.", completion: .scheduleNames)
    var schedule: String

    @Option(help: "The kind of the job that a tick starts.", completion: .jobKinds)
    var kind: String

    @Option(help: "Five fields in quotes, such as \"30 2 * * 1-5\".")
    var cron: String

    @Option(help: "An IANA zone such as Europe/Madrid or UTC.")
    var zone: String

    @Option(help: "\"either\", where both day fields are restricted.")
    var days: String?

    @Flag(help: "It moves money.")
    var money = false

    @Option(help: "The job's payload, a JSON object.", transform: Self.payload)
    var payload: JSONValue?

    @Option(help: "What becomes of missed ticks: all, latest or none.")
    var catchUp: String?

    @Option(help: "Missed ticks decided in one pass.")
    var catchUpLimit: Int?

    @Option(help: "A tick found later than this is missed, such as 6h; or none.")
    var maxLateness: String?

    @Option(help: "Each run begins up to this much later than its tick, such as 10m; or none.")
    var stagger: String?

    @Option(help: "While the run before goes on: queue, skip or allow.")
    var overlap: String?

    @Option(help: "Whether a run that fails holds it: true or false.")
    var pauseOnFailure: Bool?

    @Option(help: "Whether it is on: true or false.")
    var enabled: Bool?

    @Option(help: "Why, for the audit; required where money moves.")
    var reason: String?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let changed = try await daemon.withClient(in: session) { client in
            try await client.put(AdminPath.schedule(schedule), request, as: ScheduleChanged.self)
        }
        let stream = session.terminal.output
        guard !wantsJSON else {
            try stream.json(changed)
            return .success
        }
        try stream.line(printable("\(schedule) \(changed.changed ? "is written" : "says so already")"))
        if let answer = changed.schedule {
            try stream.line(printable(answer.sentence))
            if let next = answer.next { try stream.line("next tick \(next.local), \(next.at)") }
        }
        return .success
    }

    private var request: ScheduleRequest {
        var request = ScheduleRequest()
        request.kind = kind
        request.cron = cron
        request.zone = zone
        request.days = days
        request.money = money
        request.payload = payload
        request.catchUp = catchUp
        request.catchUpLimit = catchUpLimit
        request.maxLateness = maxLateness
        request.stagger = stagger
        request.overlap = overlap
        request.pauseOnFailure = pauseOnFailure
        request.enabled = enabled
        request.reason = reason
        return request
    }

    private static func payload(_ text: String) throws -> JSONValue {
        guard let value = try? WireJSON.decode(JSONValue.self, from: Data(text.utf8)), case .object = value else {
            throw ValidationError("\"\(text)\" is no JSON object; write it as '{\"mode\": \"full\"}'.")
        }
        return value
    }
}
