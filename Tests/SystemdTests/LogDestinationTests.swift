import Glibc
import Logging
import Primitives
import Testing

@testable import Systemd

@Suite struct LogDestinationTests {
    /// Two ends of a pipe, closed in the end.
    private final class Pipe: Sendable {
        let reading: Int32
        let writing: Int32

        init(isBlocking: Bool = true) {
            var ends: [Int32] = [-1, -1]
            precondition(Glibc.pipe(&ends) == 0, "no pipe can be made")
            (reading, writing) = (ends[0], ends[1])
            for end in isBlocking ? [] : ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        }

        deinit {
            close(reading)
            close(writing)
        }

        /// What is there.
        func text() -> String {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(reading, &buffer, buffer.count)
            return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        }
    }

    private let pipe = Pipe()

    private func detect(_ environment: [String: String]) -> LogDestination {
        LogDestination.detect(environment: environment, descriptor: pipe.writing)
    }

    private var stream: String {
        var status = stat()
        fstat(pipe.writing, &status)
        return "\(status.st_dev):\(status.st_ino)"
    }

    private func record(_ message: String) -> LogRecord {
        LogRecord(time: Instant(seconds: 0), level: .warning, message: message, label: "bursard")
    }

    @Test func `the journal gets what the manager connected to it, and nothing that was led elsewhere`() {
        #expect(detect(["JOURNAL_STREAM": stream]) == .journal)
        #expect(detect(["JOURNAL_STREAM": stream + "0"]) == .prefixed)
        #expect(detect(["JOURNAL_STREAM": ""]) == .prefixed)
        #expect(detect(["JOURNAL_STREAM": "journal"]) == .prefixed)
        #expect(detect([:]) == .prefixed)
        #expect(LogDestination.detect(environment: ["JOURNAL_STREAM": "0:0"], descriptor: -1) == .prefixed)
    }

    @Test func `a format that is asked for wins`() {
        #expect(detect(["BURSAR_LOG_FORMAT": "json", "JOURNAL_STREAM": stream]) == .jsonLines)
        #expect(detect(["BURSAR_LOG_FORMAT": "text", "JOURNAL_STREAM": stream]) == .terminal(color: false))
        #expect(detect(["BURSAR_LOG_FORMAT": "prefixed", "JOURNAL_STREAM": stream]) == .prefixed)
        #expect(detect(["BURSAR_LOG_FORMAT": "journal"]) == .journal)
        #expect(detect(["BURSAR_LOG_FORMAT": "xml", "JOURNAL_STREAM": stream]) == .journal)
    }

    @Test func `a terminal gets colours, unless it or its owner wants none`() throws {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(terminal >= 0)
        defer { close(terminal) }
        func detect(_ environment: [String: String]) -> LogDestination {
            LogDestination.detect(environment: environment, descriptor: terminal)
        }
        #expect(detect([:]) == .terminal(color: true))
        #expect(detect(["NO_COLOR": ""]) == .terminal(color: true))
        #expect(detect(["NO_COLOR": "1"]) == .terminal(color: false))
        #expect(detect(["TERM": "dumb"]) == .terminal(color: false))
        #expect(detect(["BURSAR_LOG_FORMAT": "json"]) == .jsonLines)
        #expect(detect(["JOURNAL_STREAM": "1:1"]) == .terminal(color: true))
    }

    @Test func `each destination writes its own form`() {
        func written(_ destination: LogDestination) -> String {
            destination.writer(identifier: "bursard", descriptor: pipe.writing, messageID: { _ in nil })([
                record("one"), record("two"),
            ])
            return pipe.text()
        }
        #expect(written(.prefixed) == "<4>one\n<4>two\n")
        #expect(written(.terminal(color: false)).hasPrefix("1970-01-01T00:00:00.000Z warning  one\n1970"))
        #expect(written(.jsonLines).split(separator: "\n").count == 2)
    }

    /// A sink whose thread writes text to the descriptor.
    private func sink(writingTo descriptor: Int32) -> LogSink {
        let writer = TextWriter(format: PrefixedLogFormat(), descriptor: descriptor)
        return LogSink(level: .info, identifier: "bursard", write: writer.write)
    }

    @Test func `text waits for a reader that is slow`() {
        let slow = Pipe(isBlocking: false)
        let sink = sink(writingTo: slow.writing)
        let long = String(repeating: "a", count: 1_000_000)
        sink.enqueue(record(long))
        sink.enqueue(record("end"))
        var text = ""
        while !text.hasSuffix("end\n") {
            var wish = pollfd(fd: slow.reading, events: Int16(POLLIN), revents: 0)
            poll(&wish, 1, -1)
            text += slow.text()
        }
        #expect(text == "<4>\(long)\n<4>end\n")
    }

    @Test func `a reader that is gone neither kills nor holds up`() {
        var ends: [Int32] = [-1, -1]
        #expect(Glibc.pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let sink = sink(writingTo: ends[1])
        for number in 0..<100 { sink.enqueue(record("nobody reads \(number)")) }
        #expect(sink.flush(within: .seconds(60)))
    }

    /// The logging system takes one log a process, so this one has a process of its own.
    @Test func `all loggers of the process write there, at the level of the moment`() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardErrorContent]) {
            let early = Logger(label: "early") { _ in SwiftLogNoOpLogHandler() }
            let provider = Logger.MetadataProvider { ["request": "r-1"] }
            let sink = LogDestination.prefixed.bootstrap(
                identifier: "bursard", level: .notice, metadataProvider: provider, messageID: { _ in nil })
            let logger = Logger(label: "jobs")
            early.critical("not here")
            logger.info("too low")
            sink.level = .info
            logger.info("a run began", metadata: ["run": "7"])
            exit(sink.flush(within: .seconds(60)) ? 0 : 1)
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self) == "<6>a run began request=r-1 run=7\n")
    }
}
