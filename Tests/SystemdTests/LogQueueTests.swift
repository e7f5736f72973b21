import Dispatch
import Logging
import Primitives
import Synchronization
import Testing

@testable import Systemd

@Suite struct LogQueueTests {
    /// What the thread wrote, and a gate that holds it in the middle of a write.
    private final class Output: Sendable {
        let lines = Mutex<[String]>([])
        let isHeld: Bool
        let entered = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)

        init(isHeld: Bool = false) {
            self.isHeld = isHeld
        }

        func write(_ records: [LogRecord]) {
            let isFirst = lines.withLock { lines in
                let isFirst = lines.isEmpty
                lines += records.map { record in
                    record.metadata["count"].map { "\(record.message): \($0)" } ?? record.message
                }
                return isFirst
            }
            guard isHeld, isFirst else { return }
            entered.signal()
            gate.wait()
        }

        /// Waits until the thread hangs in its first write.
        func awaitHold() { entered.wait() }

        var written: [String] { lines.withLock { $0 } }
    }

    private func sink(_ output: Output, level: Logger.Level = .info, capacity: Int = 4) -> LogSink {
        LogSink(level: level, identifier: "bursard", capacity: capacity, droppedEvent: "BRS-1009", write: output.write)
    }

    private func logger(_ sink: LogSink) -> Logger {
        Logger(label: "test") { QueuedLogHandler(label: $0, sink: sink) }
    }

    @Test func `lines come out in the order in which they went in`() {
        let output = Output()
        let sink = sink(output, capacity: 10_000)
        let logger = logger(sink)
        for number in 0..<5_000 { logger.info("\(number)") }
        #expect(sink.flush(within: .seconds(60)))
        #expect(output.written == (0..<5_000).map(String.init))
    }

    @Test func `each of many threads keeps its order, and no line is lost`() async {
        let output = Output()
        let sink = sink(output, capacity: 100_000)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                let logger = logger(sink)
                group.addTask { for number in 0..<500 { logger.info("\(task) \(number)") } }
            }
        }
        #expect(sink.flush(within: .seconds(60)))
        let written = output.written
        #expect(written.count == 4_000)
        for task in 0..<8 {
            #expect(written.filter { $0.hasPrefix("\(task) ") } == (0..<500).map { "\(task) \($0)" })
        }
    }

    @Test func `a full queue drops and counts what is below warning, and nobody waits`() {
        let output = Output(isHeld: true)
        let sink = sink(output)
        let logger = logger(sink)
        logger.info("first")
        output.awaitHold()
        for number in 1...10 { logger.info("\(number)") }
        logger.warning("warned")
        logger.notice("noticed")
        logger.error("failed")
        logger.critical("broken")
        output.gate.signal()
        #expect(sink.flush(within: .seconds(60)))
        let dropped = "log lines were dropped: 7"
        #expect(output.written == ["first", "1", "2", "3", "4", "warned", "failed", "broken", dropped])

        logger.info("later")
        #expect(sink.flush(within: .seconds(60)))
        #expect(output.written.last == "later")
    }

    @Test func `the line about dropped lines is a warning with its event`() throws {
        let records = Mutex<[LogRecord]>([])
        let entered = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let sink = LogSink(level: .info, identifier: "bursard", capacity: 1, droppedEvent: "BRS-1009") { batch in
            let isFirst = records.withLock { records in
                records += batch
                return records.count == 1
            }
            guard isFirst else { return }
            entered.signal()
            gate.wait()
        }
        let logger = logger(sink)
        logger.info("first")
        entered.wait()
        for _ in 0..<3 { logger.info("more") }
        gate.signal()
        #expect(sink.flush(within: .seconds(60)))
        let report = try #require(records.withLock { $0.last })
        #expect(report.level == .warning && report.label == "bursard" && report.fileID == "Systemd/LogSink.swift")
        #expect(report.metadata.mapValues(\.text) == ["event": "BRS-1009", "count": "2"])
    }

    @Test func `a flush that takes too long says so, and a later one succeeds`() {
        let output = Output(isHeld: true)
        let sink = sink(output)
        logger(sink).info("first")
        output.awaitHold()
        #expect(!sink.flush(within: .milliseconds(1)))
        #expect(!sink.flush(within: .seconds(-1)))
        output.gate.signal()
        #expect(sink.flush(within: .seconds(60)))
        #expect(sink.flush(within: .seconds(60)))
        #expect(output.written == ["first"])
    }

    @Test func `the thread ends with its sink, after it has written what was there`() {
        final class Token: Sendable {
            let ended: DispatchSemaphore
            init(_ ended: DispatchSemaphore) { self.ended = ended }
            deinit { ended.signal() }
        }
        let ended = DispatchSemaphore(value: 0)
        let output = Output()
        do {
            let token = Token(ended)
            let sink = LogSink(level: .info, identifier: "bursard") { records in
                withExtendedLifetime(token) { output.write(records) }
            }
            logger(sink).info("last")
        }
        #expect(ended.wait(timeout: .now() + .seconds(60)) == .success)
        #expect(output.written == ["last"])
    }

    // MARK: Levels

    @Test func `a change of the level reaches all loggers, those that are there too`() {
        let output = Output()
        let sink = sink(output, level: .notice)
        let loggers = [logger(sink), logger(sink)]
        for logger in loggers { logger.info("unseen") }
        sink.level = .debug
        for logger in loggers { logger.debug("seen") }
        sink.level = .error
        for logger in loggers { logger.warning("unseen") }
        #expect(sink.flush(within: .seconds(60)))
        #expect(output.written == ["seen", "seen"])
    }

    @Test(arguments: Logger.Level.allCases)
    func `every level is kept as it was set`(level: Logger.Level) {
        let sink = sink(Output(), level: level)
        #expect(sink.level == level)
        sink.level = .info
        sink.level = level
        #expect(logger(sink).logLevel == level)
    }

    @Test func `a logger's own level is its own alone`() {
        let output = Output()
        let sink = sink(output, level: .info)
        var loud = logger(sink)
        let copy = loud
        loud.logLevel = .trace
        loud.trace("loud")
        copy.trace("quiet")
        logger(sink).trace("quiet")
        #expect(sink.flush(within: .seconds(60)))
        #expect(output.written == ["loud"])
    }
}
