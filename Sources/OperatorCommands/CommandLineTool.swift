import AdminAPI
import ArgumentParser

/// The whole tool as a function: what a `main` calls, and what tests call.
package enum CommandLineTool {
    /// Parses `arguments`, runs the verb, shows what went wrong, and gives the exit status.
    package static func run(_ arguments: [String], in session: Session) async -> CommandStatus {
        var wantsJSON = false
        do {
            var command = try Bursarctl.parseAsRoot(verbFirst(arguments))
            guard let verb = command as? any OperatorCommand else {
                // Help, or a noun without a verb: throws what it wants shown.
                try command.run()
                return .success
            }
            wantsJSON = verb.wantsJSON
            return try await verb.run(in: session)
        } catch {
            return show(error, wantsJSON: wantsJSON, in: session)
        }
    }

    /// Options that every daemon verb takes may also stand before it: `bursarctl --socket PATH status`.
    static func verbFirst(_ arguments: [String]) -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if ["--socket", "--config"].contains(first), rest.count > 1 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if first == "--json" || first.hasPrefix("--socket=") || first.hasPrefix("--config=") {
                leading.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + leading + Array(rest[end...])
    }

    private static func show(_ error: any Error, wantsJSON: Bool, in session: Session) -> CommandStatus {
        do {
            switch error {
            case let closed as OutputClosed:
                return closed.isPipe ? .success : .io
            case let failure as CommandFailure:
                return try show(failure, wantsJSON: wantsJSON, on: session.terminal.error)
            default:
                return try showParsing(error, in: session)
            }
        } catch {
            return .io
        }
    }

    private static func show(_ failure: CommandFailure, wantsJSON: Bool, on stream: TextStream) throws -> CommandStatus
    {
        guard !wantsJSON else {
            try stream.json(FailureReport(failure: failure))
            return failure.status
        }
        var text = stream.styled("bursarctl: ", .red) + printable(failure.message) + "\n"
        for detail in failure.details { text += "  " + printable(detail) + "\n" }
        if let place = failure.problem?.place { text += "  in: " + printable(place) + "\n" }
        if let hint = failure.hint { text += stream.styled("  hint: ", .cyan) + printable(hint) + "\n" }
        try stream.write(text)
        return failure.status
    }

    /// What ArgumentParser has to say: help and the version to standard output, complaints to standard error.
    private static func showParsing(_ error: any Error, in session: Session) throws -> CommandStatus {
        let code = Bursarctl.exitCode(for: error)
        let message = Bursarctl.fullMessage(for: error)
        if code.isSuccess {
            if !message.isEmpty { try session.terminal.output.line(message) }
            return .success
        }
        guard code == ExitCode.validationFailure else {
            try session.terminal.error.line("bursarctl: \(error)")
            return .bug
        }
        try session.terminal.error.line(message)
        return .usage
    }
}
