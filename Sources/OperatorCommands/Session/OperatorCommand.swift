import ArgumentParser

/// One verb. Throws `CommandFailure` for what an operator can put right.
protocol OperatorCommand: ParsableCommand {
    /// Whether results and failures are shown as JSON.
    var wantsJSON: Bool { get }
    func run(in session: Session) async throws -> CommandStatus
}

extension OperatorCommand {
    var wantsJSON: Bool { false }
}
