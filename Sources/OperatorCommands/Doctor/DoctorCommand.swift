import ArgumentParser

/// `doctor`: looks at everything from the unit to the work, and says how to put right what is wrong.
struct DoctorCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Examines the installation, each finding with its cause and its fix.",
        discussion: """
            Stages: 1 process and unit, 2 configuration and credentials, 3 socket and loops, 4 database, schema and
            clock, 5 work. Needs no daemon, no database and no root: it says what it could not see, and changes nothing.
            Exit status 1 when something failed; warnings are 0.
            """)

    @Option(help: "Go up to this stage, 1 to 5.", transform: Self.stage)
    var stage: DoctorStage?

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let last = stage ?? .work
        let survey = DoctorSurvey(
            session, socket: daemon.socket, configurationPath: daemon.configuration.path(in: session))
        let facts = await survey.facts(upTo: last)
        let report = DoctorReport(facts, upTo: last)
        let stream = session.terminal.output
        if wantsJSON { try stream.json(report) } else { try stream.write(report.text(for: stream)) }
        return report.exitStatus
    }

    private static func stage(_ text: String) throws -> DoctorStage {
        guard let number = Int(text), let stage = DoctorStage(rawValue: number) else {
            throw ValidationError("\"\(text)\" is no stage; write a number of 1 to \(DoctorStage.allCases.count).")
        }
        return stage
    }
}
