import Cron
import Primitives
import Testing

@Suite struct CronPreviewTests {
    @Test(
        arguments: [
            ("30 2 * * *", "2026-03-08", "02:30 does not exist and is moved to the gap's end, 03:00"),
            ("0,30 2 * * *", "2026-03-08", "2 times from 02:00 do not exist and collapse into one run"),
            ("0 2,3 * * *", "2026-03-08", "collapse into one run at the gap's end, 03:00, the tick of 03:00 included"),
            ("*/15 2 * * *", "2026-03-08", "4 times from 02:00 do not exist, so there is nothing that day"),
            ("30 * * * *", "2026-03-08", "02:30 does not exist and does not run"),
            ("0 12 * * *", "2026-03-08", "no tick falls into the gap"),
            ("30 1 * * *", "2026-11-01", "01:30 comes twice and run in the first pass only"),
            ("*/15 1 * * *", "2026-11-01", "4 times from 01:00 come twice and run in both passes"),
            ("0 12 * * *", "2026-11-01", "no tick falls into the overlap"),
        ])
    func `a day of a shift is told in a sentence`(_ text: String, _ day: String, _ words: String) throws {
        let preview = try preview(text, "America/New_York", from: day, through: day)
        let shifted = try #require(preview.shifts.first)
        #expect(preview.shifts.count == 1 && "\(shifted.date)" == day)
        #expect(shifted.sentence.contains(words), "\(shifted.sentence)")
        #expect(shifted.ticks == preview.ticks.count)
    }

    @Test func `the ticks are those of the days on the wall, each once`() throws {
        let preview = try preview("0 */2 * * *", "America/New_York", from: "2026-03-08", through: "2026-03-09")
        #expect(preview.ticks.count == 11 + 12 && !preview.isCut)
        #expect(preview.ticks.first?.nominal.description == "2026-03-08T00:00:00")
        #expect(preview.ticks.last?.nominal.description == "2026-03-09T22:00:00")
        #expect(preview.ticks.map(\.instant) == preview.ticks.map(\.instant).sorted())
    }

    @Test func `a season of New York has its two days of a shift marked, each with what it does`() throws {
        let preview = try preview("30 1,2 * * *", "America/New_York", from: "2026-03-01", through: "2026-11-30")
        #expect(preview.shifts.map { "\($0.date)" } == ["2026-03-08", "2026-11-01"])
        #expect(preview.shifts.map(\.transition.isGap) == [true, false])
        #expect(preview.shifts.map(\.transition.isOverlap) == [false, true])
        #expect(preview.shifts.map(\.ticks) == [2, 2])
        #expect(preview.shifts.first?.sentence.contains("02:30 does not exist") == true)
        #expect(preview.shifts.last?.sentence.contains("01:30 comes twice") == true)
        // 275 days of two ticks, none of them lost or doubled; only the ticks of the marked days have a note.
        #expect(preview.ticks.count == 275 * 2 && !preview.isCut)
        let zone = try Zone("America/New_York")
        let noted = preview.ticks.filter { $0.note(in: zone) != nil }.map(\.nominal.description)
        #expect(noted == ["2026-03-08T02:30:00", "2026-11-01T01:30:00"])
    }

    @Test func `a day that does not exist is told where it would have been`() throws {
        let preview = try preview("0 9 * * *", "Pacific/Apia", from: "2011-12-29", through: "2011-12-31")
        #expect(preview.shifts.map { "\($0.date)" } == ["2011-12-30"])
        #expect(preview.ticks.map(\.nominal.description).contains("2011-12-30T09:00:00"))
    }

    @Test func `what is too much is cut, and days without a shift have none`() throws {
        let whole = try preview("* * * * *", "UTC", from: "2026-01-01", through: "2026-01-01", limit: 1_440)
        #expect(whole.ticks.count == 1_440 && !whole.isCut && whole.shifts.isEmpty)
        let cut = try preview("* * * * *", "UTC", from: "2026-01-01", through: "2026-01-01", limit: 1_439)
        #expect(cut.ticks.count == 1_439 && cut.isCut)
    }

    private func preview(
        _ text: String, _ zone: String, from: String, through: String, limit: Int = 10_000
    ) throws -> CronPreview {
        let days = try [from, through].map { try #require(CivilDate($0)) }
        return CronPreview(
            try CronExpression(text), from: days[0], through: days[1], in: try Zone(zone), limit: limit)
    }
}
