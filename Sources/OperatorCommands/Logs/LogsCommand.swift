import ArgumentParser
import Glibc
import Primitives

/// `logs`: finds the journal entries of a job, a run, a schedule, an event or a person.
struct LogsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Shows the daemon's journal: of a job, a run, a schedule, an event, a person.",
        discussion: """
            Builds a journalctl command and becomes it; --print shows the command instead. The options narrow each
            other. Reading the journal takes root or the group systemd-journal or adm.
            """)

    @Option(
        name: .customLong("run"), help: ArgumentHelp("Only this run's.", valueName: "id"),
        transform: ArgumentReading.execution)
    var execution: ExecutionID?

    @Option(help: ArgumentHelp("Only this job's.", valueName: "id"), transform: ArgumentReading.id)
    var job: Int64?

    @Option(help: ArgumentHelp("Only this schedule's.", valueName: "name"), completion: .scheduleNames)
    var schedule: String?

    @Option(
        help: ArgumentHelp("Only this event's, such as BRS-2104.", valueName: "code"),
        transform: JournalQuery.eventCode)
    var event: String?

    @Option(help: ArgumentHelp("Only what this person or daemon did.", valueName: "name"))
    var actor: String?

    @Option(
        help: ArgumentHelp(
            "Only since then: an RFC 3339 time, so long ago such as 2h30m, today or yesterday.", valueName: "time"),
        transform: JournalQuery.since)
    var since: String?

    @Flag(name: .shortAndLong, help: "Go on with what comes.")
    var follow = false

    @Flag(help: "Show each event's meaning and what to do about it.")
    var explain = false

    @Flag(name: .customLong("print"), help: "Print the command instead of running it.")
    var onlyPrint = false

    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let arguments = query.arguments
        if onlyPrint {
            try session.terminal.output.line(ShellWord.line(arguments))
            return .success
        }
        throw Self.become(arguments)
    }

    private var query: JournalQuery {
        var query = JournalQuery()
        query.match("BURSAR_RUN_ID", execution?.description)
        query.match("BURSAR_JOB_ID", job.map(String.init))
        query.match("BURSAR_SCHEDULE", schedule)
        query.match("BURSAR_EVENT", event)
        query.match("BURSAR_ACTOR", actor)
        query.since = since
        query.follows = follow
        query.explains = explain
        query.isJSON = output.json
        return query
    }

    /// Replaces this process by the command; returns only when that failed.
    private static func become(_ arguments: [String]) -> CommandFailure {
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        execvp(arguments[0], &words)
        let reason = String(cString: strerror(errno))
        for word in words { free(word) }
        return CommandFailure(
            .unavailable, "\(arguments[0]) cannot be run: \(reason)",
            hint: "without a journal the daemon logs to its standard error; --print shows the command")
    }
}
