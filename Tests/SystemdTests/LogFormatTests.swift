import FoundationEssentials
import Logging
import Primitives
import Testing

@testable import Systemd

@Suite struct LogFormatTests {
    private func record(
        _ message: String, level: Logger.Level = .info, _ metadata: Logger.Metadata = [:]
    ) -> LogRecord {
        LogRecord(
            time: Instant(microseconds: 1_800_000_000_050_999), level: level, message: message, label: "jobs",
            metadata: metadata, file: "Jobs/Dispatcher.swift", line: 42, function: "claim()")
    }

    // MARK: Prefixed

    @Test(arguments: [
        (Logger.Level.critical, "<2>"), (.error, "<3>"), (.warning, "<4>"), (.notice, "<5>"), (.info, "<6>"),
        (.debug, "<7>"), (.trace, "<7>"),
    ])
    func `a severity stands before the line`(level: Logger.Level, prefix: String) {
        #expect(PrefixedLogFormat().text(of: record("it began", level: level)) == "\(prefix)it began\n")
    }

    @Test func `every line of a message has its severity, and the last one the metadata`() {
        let text = PrefixedLogFormat().text(of: record("one\n<0>two\r\nthree\n", level: .error, ["job": "42"]))
        #expect(text == "<3>one\n<3><0>two\n<3>three job=42\n")
        #expect(PrefixedLogFormat().text(of: record("")) == "<6>\n")
    }

    @Test func `values that are not a word are quoted, and metadata starts no line`() {
        let metadata: Logger.Metadata = [
            "a": "", "b": "two words", "c": "x=\"1\"\\", "d": "one\ntwo", "e": ["k": "v"], "f": "BRS-1001", "g\nh": "i",
        ]
        let text = PrefixedLogFormat().text(of: record("it", metadata))
        let pairs = #"a="" b="two words" c="x=\"1\"\\" d="one\ntwo" e="{k=v}" f=BRS-1001 g\nh=i"#
        #expect(text == "<6>it \(pairs)\n")
    }

    // MARK: Terminal

    @Test func `a terminal shows time, level, message and metadata`() {
        let format = TerminalLogFormat(color: false)
        let text = format.text(of: record("it began", ["job": "42", "kind": "a b"]))
        #expect(text == "2027-01-15T08:00:00.050Z info     it began job=42 kind=\"a b\"\n")
        let lines = format.text(of: record("one\ntwo", level: .critical))
        #expect(lines == "2027-01-15T08:00:00.050Z critical one\n                                  two\n")
    }

    @Test func `colours mark the level and nothing else of the line's text`() {
        let text = TerminalLogFormat(color: true).text(of: record("it failed", level: .error, ["job": "42"]))
        let shown = text.replacing("\u{1B}", with: "ESC")
        #expect(shown == "ESC[2m2027-01-15T08:00:00.050ZESC[0m ESC[31merror   ESC[0m it failedESC[2m job=42ESC[0m\n")
    }

    @Test func `a message cannot steer the terminal`() {
        let text = TerminalLogFormat(color: false).text(of: record("\u{1B}[2Jgone\u{9B}\u{7}", ["k": "\u{1B}]0;x"]))
        #expect(text.hasSuffix("\\u{1b}[2Jgone\\u{9b}\\u{7} k=\"\\u{1b}]0;x\"\n"))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
    }

    // MARK: JSON lines

    private struct Line: Decodable, Equatable {
        struct Metadata: Decodable, Equatable {
            var job: String
            var counts: [String: [String]]
        }

        var time: String
        var level: String
        var message: String
        var service: String
        var logger: String
        var file: String
        var line: Int
        var function: String
        var metadata: Metadata?
    }

    @Test func `a line is one JSON object that reads back as it was`() throws {
        let message = "\"quoted\" \\ and\nbroken\r\t\u{1B}\0\u{7F} – 👩‍👩‍👧‍👦"
        let text = JSONLinesLogFormat(identifier: "bursard").text(
            of: record(message, level: .warning, ["job": .stringConvertible(42), "counts": ["late": ["1", "2"]]]))
        #expect(text.hasSuffix("}\n") && text.dropLast().allSatisfy { !$0.isNewline })
        let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
        #expect(
            line
                == Line(
                    time: "2027-01-15T08:00:00.050999Z", level: "warning", message: message, service: "bursard",
                    logger: "jobs", file: "Jobs/Dispatcher.swift", line: 42, function: "claim()",
                    metadata: .init(job: "42", counts: ["late": ["1", "2"]])))
    }

    @Test func `a line without metadata has none`() {
        let text = JSONLinesLogFormat(identifier: "bursard").text(of: record("it"))
        #expect(
            text == """
                {"time":"2027-01-15T08:00:00.050999Z","level":"info","message":"it","service":"bursard",\
                "logger":"jobs","file":"Jobs/Dispatcher.swift","line":42,"function":"claim()"}

                """)
    }
}
