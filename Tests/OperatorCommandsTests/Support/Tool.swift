import Glibc
import OperatorCommands
import Primitives
import Synchronization
import TestSupport

/// Everything that was written to one stream.
final class Recorder: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }

    /// A stream that is recorded.
    func stream(isInteractive: Bool = false, usesColour: Bool = false, columns: Int? = nil) -> TextStream {
        TextStream(isInteractive: isInteractive, usesColour: usesColour, columns: columns) {
            bytes throws(OutputClosed) in
            self.append(bytes)
        }
    }
}

/// What a command left behind.
struct ToolResult: Sendable {
    let status: CommandStatus
    let output: String
    let error: String
}

/// Runs the tool as a shell would, with nothing of this process's environment.
struct Tool: Sendable {
    var environment: [String: String] = [:]
    var time = ManualTime(Instant(rfc3339: "2026-10-15T12:34:56Z")!)
    var columns: Int?
    var usesColour = false

    func run(_ arguments: String...) async -> ToolResult {
        await run(arguments)
    }

    func run(_ arguments: [String]) async -> ToolResult {
        let output = Recorder()
        let error = Recorder()
        let session = Session(
            terminal: Terminal(
                output: output.stream(usesColour: usesColour, columns: columns), error: error.stream(),
                input: InputStream(descriptor: STDIN_FILENO)),
            environment: environment, time: time)
        let status = await CommandLineTool.run(arguments, in: session)
        return ToolResult(status: status, output: output.text, error: error.text)
    }
}
