import AdminAPI
import ArgumentParser
import Primitives

/// `schedules clock`: the clock that decides what is due.
struct SchedulesClock: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock", abstract: "Shows the clock that decides what is due, and what a jump of it holds.")

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let clock = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.clock, as: ClockAnswer.self)
        }
        let stream = session.terminal.output
        if wantsJSON { try stream.json(clock) } else { try stream.write(ClockText(clock).text(for: stream)) }
        return .success
    }
}

/// `schedules confirm-clock`: the clock is right, so what moves money goes on.
struct SchedulesConfirmClock: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm-clock", abstract: "Says that the clock is right: schedules of money that it held go on.",
        discussion: """
            When the database's clock goes forward by more than engine.clock_jump_limit, schedules of money decide
            nothing until the clock is synchronised again, set back, or confirmed with this. What became due meanwhile
            is then decided as each schedule's catch_up says: look at `bursarctl schedules clock` first.
            """)

    @Option(help: "Why the clock is right, for the audit; required.")
    var reason: String?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let confirmed = try await daemon.withClient(in: session) { client in
            try await client.post(AdminPath.clockConfirmation, ReasonRequest(reason: reason), as: ClockConfirmed.self)
        }
        let stream = session.terminal.output
        guard !wantsJSON else {
            try stream.json(confirmed)
            return .success
        }
        try stream.line(confirmed.changed ? "schedules of money go on" : "nothing was held")
        try stream.write(ClockText(confirmed.clock).text(for: stream))
        return .success
    }
}

/// The clock as people read it.
struct ClockText {
    private let clock: ClockAnswer

    init(_ clock: ClockAnswer) {
        self.clock = clock
    }

    func text(for stream: TextStream) -> String {
        var facts = Facts()
        facts.add("database", clock.now.rfc3339)
        facts.add("machine", clock.machine.rfc3339)
        guard let hold = clock.hold else {
            facts.add("held", "nothing; this clock never jumped")
            return facts.text(for: stream)
        }
        let jump = TimeText.duration(seconds: hold.jumpSeconds)
        facts.add("last jump", "\(jump) forward at \(hold.since), seen by \(hold.seenBy)", hold.open ? .yellow : nil)
        if let endedAt = hold.endedAt {
            facts.add("held until", "\(endedAt) by \(hold.endedBy ?? ""): \(hold.reason ?? "")")
        }
        if hold.open {
            facts.add(
                "held", clock.held.isEmpty ? "no schedule moves money" : clock.held.joined(separator: ", "), .yellow)
            facts.add("next", "set the clock right, or say that it is: bursarctl schedules confirm-clock --reason …")
        }
        return facts.text(for: stream)
    }
}
