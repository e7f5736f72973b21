import Events
import Logging
import Testing

@Suite struct CatalogTests {
    private static let sections: [(name: String, text: @Sendable (Event) -> String)] = [
        ("meaning", { $0.meaning }), ("impact", { $0.impact }), ("diagnosis", { $0.diagnosis }),
        ("action", { $0.action }),
    ]

    @Test func `codes, names and message ids belong to one event each`() {
        #expect(Set(Event.all.map(\.code)).count == Event.all.count)
        #expect(Set(Event.all.map(\.name)).count == Event.all.count)
        #expect(Set(Event.all.map(\.messageID)).count == Event.all.count)
    }

    @Test func `the events stand in the order of their codes, so that none is listed twice or lost`() {
        #expect(Event.all.map(\.code) == Event.all.map(\.code).sorted())
        #expect(Event.all.count >= 50)
    }

    @Test(arguments: Event.all)
    func `a code is of its range, a name is of plain words, and a message id is what journald takes`(event: Event) {
        let digits = event.code.dropFirst(4)
        #expect(event.code.hasPrefix("BRS-") && digits.count == 4 && digits.allSatisfy { $0.isASCII && $0.isNumber })
        #expect((1_000..<9_000).contains(Int(digits) ?? 0))
        #expect(event.name.allSatisfy { ("a"..."z").contains($0) || $0 == "-" })
        #expect(event.messageID.count == 32)
        #expect(event.messageID.allSatisfy { ("0"..."9").contains($0) || ("a"..."f").contains($0) })
    }

    @Test(arguments: Event.all)
    func `the summary fits the subject of a letter`(event: Event) {
        #expect((15...70).contains(event.summary.count))
        #expect(event.summary.first?.isUppercase == true && event.summary.last != ".")
        #expect(!event.summary.contains("\n"))
    }

    @Test(arguments: Event.all)
    func `every section says something, in a few sentences of short lines`(event: Event) {
        for (name, read) in Self.sections {
            let text = read(event)
            let prose = text.split(separator: "\n").filter { !$0.hasPrefix("  ") }
            #expect((20...700).contains(prose.joined(separator: " ").count), "\(event.code) \(name)")
            #expect(prose.allSatisfy { $0.count <= 78 }, "\(event.code) \(name): a line is too long")
            #expect(text == text.trimmed, "\(event.code) \(name): blank edges")
        }
    }

    @Test(arguments: Event.all)
    func `there is a command to find the cause with`(event: Event) {
        #expect(event.diagnosis.split(separator: "\n").contains { $0.hasPrefix("  ") }, "\(event.code)")
    }

    @Test(arguments: Event.all.filter { $0.level >= .warning })
    func `there is a command to do something about it`(event: Event) {
        #expect(event.action.split(separator: "\n").contains { $0.hasPrefix("  ") }, "\(event.code)")
    }

    @Test(arguments: Event.all)
    func `only fields that the journal has are named, and only where something is to be typed`(event: Event) {
        let known: Set<Substring> = [
            "BURSAR_JOB_ID", "BURSAR_RUN_ID", "BURSAR_SCHEDULE", "BURSAR_ACTOR", "BURSAR_KIND",
        ]
        #expect(!event.meaning.contains("@") && !event.impact.contains("@"))
        for text in [event.diagnosis, event.action] {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            #expect(parts.count % 2 == 1, "\(event.code): a placeholder is not closed")
            for index in stride(from: 1, to: parts.count, by: 2) { #expect(known.contains(parts[index])) }
        }
    }

    @Test(arguments: Event.all)
    func `every event that a text refers to exists`(event: Event) {
        let text = event.meaning + event.impact + event.diagnosis + event.action
        for part in text.split(separator: "BRS-", omittingEmptySubsequences: false).dropFirst() {
            #expect(Event.named("BRS-" + part.prefix(4)) != nil, "\(event.code) names BRS-\(part.prefix(4))")
        }
    }

    @Test func `an event is found by code and by name, in any case`() {
        #expect(Event.named("brs-3205") == .jobParked)
        #expect(Event.named("Job-Parked") == .jobParked)
        #expect(Event.named("3205") == nil)
        #expect(Event.messageID(of: "BRS-3205") == Event.jobParked.messageID)
        #expect(Event.messageID(of: "BRS-9999") == nil)
    }

    /// A MESSAGE_ID in a journal, an alarm or a script of years ago must still mean the same.
    @Test func `the code and the message id of an event never change`() {
        #expect(Event.jobParked.messageID == "15ece44a7ffc48978858cd854fdf1b9c")
        #expect(Event.ticksPassedOver.code == "BRS-2104")
        #expect(Event.auditBroken.messageID == "467903cea013bfdf3c0485d183778555")
    }
}

extension String {
    fileprivate var trimmed: String {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        return lines.first == "" || lines.last == "" ? "" : self
    }
}
