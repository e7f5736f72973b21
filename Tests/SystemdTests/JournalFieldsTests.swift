import Logging
import Primitives
import Testing

@testable import Systemd

@Suite struct JournalFieldsTests {
    private let journal = JournalFields(identifier: "bursard") { code in
        code == "BRS-3104" ? "8d45620c1a4348dbb17410da57c60c66" : nil
    }

    private func record(
        _ message: String = "a run began", level: Logger.Level = .info, label: String = "bursard",
        metadata: Logger.Metadata = [:], file: String = "Jobs/Dispatcher.swift"
    ) -> LogRecord {
        LogRecord(
            time: Instant(seconds: 0), level: level, message: message, label: label, metadata: metadata, file: file,
            line: 42, function: "claim(limit:)")
    }

    private func fields(_ record: LogRecord) -> [String] {
        journal.fields(of: record).map { "\($0.name)=\($0.value)" }
    }

    @Test func `a line has its message, its severity and its place in the code`() {
        #expect(
            fields(record()) == [
                "MESSAGE=a run began", "PRIORITY=6", "SYSLOG_IDENTIFIER=bursard", "CODE_FILE=Jobs/Dispatcher.swift",
                "CODE_LINE=42", "CODE_FUNC=claim(limit:)",
            ])
    }

    @Test(arguments: [
        (Logger.Level.critical, "2"), (.error, "3"), (.warning, "4"), (.notice, "5"), (.info, "6"), (.debug, "7"),
        (.trace, "7"),
    ])
    func `levels become severities`(level: Logger.Level, priority: String) {
        #expect(fields(record(level: level)).contains("PRIORITY=\(priority)"))
    }

    @Test func `an event has its MESSAGE_ID, if it is known`() {
        let known = fields(record(metadata: ["event": "BRS-3104"]))
        #expect(known.contains("MESSAGE_ID=8d45620c1a4348dbb17410da57c60c66"))
        #expect(known.contains("BURSAR_EVENT=BRS-3104"))
        let unknown = fields(record(metadata: ["event": "BRS-0000"]))
        #expect(!unknown.contains { $0.hasPrefix("MESSAGE_ID=") } && unknown.contains("BURSAR_EVENT=BRS-0000"))
    }

    @Test(arguments: [
        ("event", "BURSAR_EVENT"), ("job", "BURSAR_JOB_ID"), ("run", "BURSAR_RUN_ID"), ("kind", "BURSAR_KIND"),
        ("queue", "BURSAR_QUEUE"), ("schedule", "BURSAR_SCHEDULE"), ("attempt", "BURSAR_ATTEMPT"),
        ("outcome", "BURSAR_OUTCOME"), ("duration_us", "BURSAR_DURATION_USEC"), ("actor", "BURSAR_ACTOR"),
        ("request", "BURSAR_REQUEST_ID"), ("generation", "BURSAR_CONFIG_GENERATION"),
        ("hb.request-id", "BURSAR_HB_REQUEST_ID"), ("rowCount", "BURSAR_ROWCOUNT"), ("_private", "BURSAR__PRIVATE"),
        ("7th", "BURSAR_7TH"), ("größe", "BURSAR_GR__E"), ("a=b\nc", "BURSAR_A_B_C"), ("", "BURSAR_UNNAMED"),
    ])
    func `a metadata key becomes a field`(key: String, field: String) {
        #expect(JournalFields.name(of: key) == field)
        #expect(fields(record(metadata: [key: "x"])).last == "\(field)=x")
    }

    @Test func `field names are never longer than the journal takes`() {
        #expect(JournalFields.name(of: String(repeating: "a", count: 57)).count == 64)
        #expect(JournalFields.name(of: String(repeating: "ä", count: 400)).utf8.count == 64)
    }

    @Test func `fields come in the order of their keys, nested values as text`() {
        let metadata: Logger.Metadata = [
            "queue": "money", "counts": ["late": .stringConvertible(3), "due": ["a", "b c"]], "job": "42",
        ]
        #expect(
            fields(record(metadata: metadata)).suffix(3) == [
                "BURSAR_COUNTS={due=[a, b c], late=3}", "BURSAR_JOB_ID=42", "BURSAR_QUEUE=money",
            ])
    }

    @Test func `values keep their newlines, and only endless ones are cut`() {
        #expect(fields(record("one\ntwo"))[0] == "MESSAGE=one\ntwo")
        let whole = String(repeating: "ä", count: JournalFields.valueBytesMax / 2)
        #expect(fields(record(whole))[0] == "MESSAGE=" + whole)
        #expect(fields(record(whole + "ö"))[0] == "MESSAGE=" + whole + "… (65538 bytes)")
        #expect(fields(record(metadata: ["error": .string("x" + whole)])).last?.hasSuffix("ä… (65537 bytes)") == true)
    }

    @Test func `nesting without end is not followed`() {
        var value: Logger.MetadataValue = "x"
        for _ in 0..<20 { value = .array([value]) }
        #expect(value.text == "[[[[[[[[…]]]]]]]]")
    }

    @Test func `another logger's label is a field, unless the line says it itself`() {
        #expect(fields(record(label: "hummingbird")).last == "BURSAR_LOGGER=hummingbird")
        let own = fields(record(label: "hummingbird", metadata: ["logger": "own"]))
        #expect(own.filter { $0.hasPrefix("BURSAR_LOGGER") } == ["BURSAR_LOGGER=own"])
    }

    @Test(arguments: [
        ("Jobs/Dispatcher.swift", "Jobs/Dispatcher.swift"),
        ("/build/bursar/Sources/Jobs/Dispatcher.swift", "Jobs/Dispatcher.swift"),
        ("/build/x/Sources/NIO/Sources/NIOCore/Channel.swift", "NIOCore/Channel.swift"),
        ("/build/x/Tests/CronTests/ZoneTests.swift", "CronTests/ZoneTests.swift"), ("/build/main.swift", "main.swift"),
        ("/Sources", "Sources"), ("", ""),
    ])
    func `no path of the building machine is logged`(file: String, shown: String) {
        #expect(fields(record(file: file)).contains("CODE_FILE=\(shown)"))
    }

    @Test func `a line of too many keys keeps the first hundred`() {
        let metadata = Logger.Metadata(uniqueKeysWithValues: (100..<300).map { ("k\($0)", "x") })
        let found = fields(record(metadata: metadata))
        #expect(found.count == 106 && found.last == "BURSAR_K199=x")
    }
}
