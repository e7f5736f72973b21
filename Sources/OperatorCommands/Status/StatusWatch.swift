import AdminAPI
import Primitives

/// Shows a daemon's status again and again: redrawn on a terminal, one after the other elsewhere.
///
/// A daemon that is away is said to be, and asked again: it may be restarting.
struct StatusWatch: Sendable {
    let socket: SocketPath
    let session: Session
    /// One JSON value a line, failures too.
    let streamsJSON: Bool
    var pause = Duration.seconds(2)
    /// How long an answer is waited for.
    var patience = Duration.seconds(5)

    /// How often it is looked whether to end.
    private static let glance = Duration.milliseconds(50)

    /// Returns once `isStopped`.
    func run(until isStopped: @escaping @Sendable () -> Bool) async throws {
        let clock = ContinuousClock()
        while !isStopped() {
            let began = clock.now
            if let answer = try await answer(until: isStopped) { try show(answer) }
            while !isStopped(), clock.now - began < pause { try await clock.sleep(for: min(Self.glance, pause)) }
        }
        if session.terminal.output.isInteractive, !streamsJSON { try session.terminal.output.line() }
    }

    /// Nil when it is to end first: nobody waits for a daemon that hangs.
    private func answer(
        until isStopped: @escaping @Sendable () -> Bool
    ) async throws -> Result<StatusAnswer, CommandFailure>? {
        try await withThrowingTaskGroup(of: Result<StatusAnswer, CommandFailure>?.self) { group in
            group.addTask { try await ask() }
            group.addTask {
                let clock = ContinuousClock()
                let began = clock.now
                while !isStopped() {
                    guard clock.now - began < patience else {
                        let limit = TimeText.duration(seconds: patience / .seconds(1))
                        return .failure(CommandFailure(.unavailable, "the daemon gave no answer within \(limit)"))
                    }
                    try await clock.sleep(for: Self.glance)
                }
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func ask() async throws -> Result<StatusAnswer, CommandFailure> {
        do {
            return .success(
                try await AdminClient.with(socket) { client in
                    try await client.get(AdminPath.status, as: StatusAnswer.self)
                })
        } catch let failure as CommandFailure where failure.status == .unavailable {
            return .failure(failure)
        }
    }

    private func show(_ answer: Result<StatusAnswer, CommandFailure>) throws {
        let stream = session.terminal.output
        switch answer {
        case .success(let status) where streamsJSON: try stream.jsonLine(status)
        case .failure(let failure) where streamsJSON: try stream.jsonLine(FailureReport(failure: failure))
        case .success(let status): try draw(StatusText(status).text(for: stream))
        case .failure(let failure): try draw(absence(failure))
        }
    }

    private func absence(_ failure: CommandFailure) -> String {
        let stream = session.terminal.output
        return stream.styled("no answer", .red) + " at \(TimeText.instant(session.time.now())): "
            + printable(failure.message) + "\nasking again\n"
    }

    /// Over what stood there on a terminal, in one write, so that nothing flickers; below it elsewhere.
    private func draw(_ text: String) throws(OutputClosed) {
        let stream = session.terminal.output
        guard stream.isInteractive else { return try stream.write(text + "\n") }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let frame = lines.map { Self.cut(String($0), to: stream.columns) + "\u{1B}[K\n" }.joined()
        try stream.write("\u{1B}[H" + frame + "\u{1B}[J")
    }

    /// At most `columns` that are seen; codes of colour take no place.
    static func cut(_ line: String, to columns: Int?) -> String {
        guard let columns else { return line }
        var shown = ""
        var width = 0
        var isCode = false
        for character in line {
            if character == "\u{1B}" { isCode = true }
            if !isCode { width += 1 }
            if width < columns || isCode { shown.append(character) }
            if isCode { isCode = character != "m" }
        }
        return width <= columns ? line : shown + "…"
    }
}
