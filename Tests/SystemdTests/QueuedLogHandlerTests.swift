import Logging
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Systemd

@Suite struct QueuedLogHandlerTests {
    private struct Broken: Error {}

    private enum Request {
        @TaskLocal static var id: String?
    }

    /// The lines that `body` logs.
    private func records(
        provider: Logger.MetadataProvider? = nil, time: ManualTime = ManualTime(Instant(seconds: 0)),
        _ body: (inout Logger) -> Void
    ) -> [LogRecord] {
        let records = Mutex<[LogRecord]>([])
        let write: @Sendable ([LogRecord]) -> Void = { batch in records.withLock { $0 += batch } }
        let sink = LogSink(level: .trace, identifier: "bursard", time: time, write: write)
        var logger = Logger(label: "jobs") { QueuedLogHandler(label: $0, sink: sink, metadataProvider: provider) }
        body(&logger)
        #expect(sink.flush(within: .seconds(60)))
        return records.withLock { $0 }
    }

    @Test func `a line carries where it was logged, when, and by whom`() throws {
        let time = ManualTime(Instant(seconds: 1_800_000_000))
        var line: UInt = 0
        let found = records(time: time) { logger in
            line = #line + 1
            logger.notice("a job was parked")
            time.advance(by: .seconds(5))
        }
        let record = try #require(found.first)
        #expect(record.level == .notice && record.message == "a job was parked" && record.label == "jobs")
        #expect(record.time == Instant(seconds: 1_800_000_000))
        #expect(record.fileID == "SystemdTests/QueuedLogHandlerTests.swift" && record.line == line)
        #expect(record.function.contains("a line carries"))
    }

    @Test func `the line's metadata wins over the provider's, and that over the logger's`() {
        let provider = Logger.MetadataProvider { ["b": "provider", "c": "provider", "d": "provider"] }
        let found = records(provider: provider) { logger in
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "b"] = "logger"
            #expect(logger[metadataKey: "a"] == "logger")
            logger.info("with", metadata: ["c": "line"])
            logger.info("without")
        }
        let with: Logger.Metadata = ["a": "logger", "b": "provider", "c": "line", "d": "provider"]
        #expect(found.first?.metadata == with)
        #expect(found.last?.metadata["c"] == "provider")
    }

    @Test func `a provider is asked in the task that logs`() {
        let provider = Logger.MetadataProvider { Request.id.map { ["request": "\($0)"] } ?? [:] }
        let found = records(provider: provider) { logger in
            logger.info("outside")
            Request.$id.withValue("r-1") { logger.info("inside") }
        }
        #expect(found.map(\.metadata) == [[:], ["request": "r-1"]])
    }

    @Test func `metadata of a copied logger is its own`() {
        let found = records { logger in
            var copy = logger
            copy[metadataKey: "job"] = "42"
            logger.info("one")
            copy.info("other")
        }
        #expect(found.map(\.metadata) == [[:], ["job": "42"]])
    }

    @Test func `the error of a line is metadata, unless the line has its own`() {
        let found = records { logger in
            logger.error("failed", error: Broken())
            logger.error("failed", error: Broken(), metadata: ["error": "said"])
        }
        #expect(found.map(\.metadata) == [["error": "Broken()"], ["error": "said"]])
    }
}
