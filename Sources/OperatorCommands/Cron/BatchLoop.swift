import Cron

/// Answers JSON lines one by one, in their order, with few and large reads and writes.
struct BatchLoop {
    private let input: InputStream
    private let output: TextStream
    private var batch = CronBatch()
    private var answers: [UInt8] = []
    /// The beginning of a line whose end was not read yet.
    private var pending: [UInt8] = []

    private static let readSize = 1 << 18
    private static let writeSize = 1 << 18
    private static let lineFeed = UInt8(ascii: "\n")

    init(input: InputStream, output: TextStream) {
        self.input = input
        self.output = output
        answers.reserveCapacity(Self.writeSize * 2)
    }

    /// Runs until the input ends. What is answered is written at the latest when no more input waits.
    mutating func run() throws {
        var chunk: [UInt8] = []
        while try input.read(into: &chunk, limit: Self.readSize) {
            try answerLines(of: chunk)
            chunk.removeAll(keepingCapacity: true)
            if !input.isReady { try flush() }
        }
        if !pending.isEmpty { answer(pending) }
        try flush()
    }

    private mutating func answerLines(of chunk: [UInt8]) throws {
        var start = chunk.startIndex
        while let end = chunk[start...].firstIndex(of: Self.lineFeed) {
            if pending.isEmpty {
                answer(Array(chunk[start..<end]))
            } else {
                keep(chunk[start..<end])
                answer(pending)
                pending.removeAll(keepingCapacity: true)
            }
            start = end + 1
            if answers.count >= Self.writeSize { try flush() }
        }
        keep(chunk[start...])
    }

    /// Of a line too long to be read, one byte more than is allowed suffices to refuse it.
    private mutating func keep(_ piece: ArraySlice<UInt8>) {
        pending += piece.prefix(max(0, CronBatch.longestLine + 1 - pending.count))
    }

    private mutating func answer(_ line: [UInt8]) {
        batch.answer(line, into: &answers)
        answers.append(Self.lineFeed)
    }

    private mutating func flush() throws(OutputClosed) {
        try output.write(answers)
        answers.removeAll(keepingCapacity: true)
    }
}
