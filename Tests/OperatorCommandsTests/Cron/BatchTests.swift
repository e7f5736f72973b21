import Dispatch
import Glibc
import TestSupport
import Testing

@testable import OperatorCommands

@Suite struct BatchTests {
    @Test func `each line is answered, in order`() async throws {
        let text = try await answers(to: (0..<20_000).map { Self.request($0 % 60) }.joined())
        let lines = text.split(separator: "\n")
        #expect(lines.count == 20_000)
        let wrong = lines.indices.first { lines[$0] != Self.answer($0 % 60) }
        #expect(wrong == nil)
    }

    @Test func `an answer is written while the input stays open`() async throws {
        let pipe = try Pipe()
        let written = EventProbe<String>()
        let output = TextStream(isInteractive: false, usesColour: false, columns: nil) { bytes throws(OutputClosed) in
            written.record(String(decoding: bytes, as: UTF8.self))
        }
        async let status: Void = runLoop(from: pipe.reading, to: output)
        for minute in [5, 6] {
            await pipe.write(Self.request(minute))
            #expect(try await written.next() == Self.answer(minute) + "\n")
        }
        pipe.closeWriting()
        try await status
        pipe.closeReading()
    }

    @Test func `blank and broken lines, and a last line without its end, are answered too`() async throws {
        let text = try await answers(to: "\n{\n" + Self.request(7) + "\r\n" + String(Self.request(8).dropLast()))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6 && lines[5].isEmpty)
        #expect(
            lines[0].hasPrefix(#"{"error":"#) && lines[1].hasPrefix(#"{"error":"#) && lines[3].hasPrefix(#"{"error":"#))
        #expect(lines[2] == Self.answer(7) && lines[4] == Self.answer(8))
    }

    @Test func `a line beyond the limit is refused, and those after it are answered`() async throws {
        let long = #"{"expr":""# + String(repeating: "1", count: 600_000) + "\"}\n"
        let lines = try await answers(to: long + Self.request(7)).split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix(#"{"error":"#) && lines[1] == Self.answer(7))
    }

    @Test func `nothing in gives nothing out`() async throws {
        #expect(try await answers(to: "").isEmpty)
    }

    private static func request(_ minute: Int) -> String {
        #"{"expr":"\#(minute) * * * *","tz":"UTC","after":"2026-01-01T00:59:59Z","count":1}"# + "\n"
    }

    private static func answer(_ minute: Int) -> String {
        #"{"next":["2026-01-01T01:\#(minute < 10 ? "0" : "")\#(minute):00Z"]}"#
    }

    /// All that the loop writes when `text` comes in and ends.
    private func answers(to text: String) async throws -> String {
        let pipe = try Pipe()
        let output = Recorder()
        async let answered: Void = runLoop(from: pipe.reading, to: output.stream())
        await pipe.write(text)
        pipe.closeWriting()
        try await answered
        pipe.closeReading()
        return output.text
    }

    /// On a thread of its own: the loop blocks on its input.
    private func runLoop(from input: Int32, to output: TextStream) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        var loop = BatchLoop(input: InputStream(descriptor: input), output: output)
                        try loop.run()
                    })
            }
        }
    }
}

/// A pipe of the kernel.
private struct Pipe {
    let reading: Int32
    private let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    func closeReading() { close(reading) }
    func closeWriting() { close(writing) }

    func write(_ text: String) async {
        let writing = writing
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { Glibc.write(writing, $0.baseAddress, $0.count) }
                    guard count > 0 else { break }
                    rest = rest.dropFirst(count)
                }
                continuation.resume()
            }
        }
    }
}
