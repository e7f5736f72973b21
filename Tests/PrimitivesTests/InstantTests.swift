import Primitives
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("2026-10-15T12:34:56Z", 1_792_067_696_000_000),
        ("2026-10-15T09:34:56-03:00", 1_792_067_696_000_000),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2026-10-15T12:34:56.25Z", 1_792_067_696_250_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000_000),
    ])
    func `a timestamp names one microsecond`(text: String, microseconds: Int64) throws {
        let instant = try #require(Instant(rfc3339: text))
        #expect(instant.microseconds == microseconds)
        #expect(Instant(rfc3339: instant.rfc3339) == instant)
    }

    @Test(arguments: [
        "2026-10-15", "2026-10-15T12:34:56", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-10-15T24:00:00Z",
        "2026-10-15T12:34:56.Z", "2026-10-15T12:34:56+3:00", "2026-10-15T12:34:56Zjunk", "٢٠٢٦-10-15T12:34:56Z", "",
    ])
    func `what names no instant is refused`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max])
    func `the farthest instants can be written`(microseconds: Int64) {
        let text = Instant(microseconds: microseconds).rfc3339
        #expect(text.hasSuffix("Z"))
    }

    @Test func `every day of eight centuries survives the round trip`() {
        for day in -146_097...146_097 {
            let date = CivilDate(daysSinceEpoch: day)
            #expect(date.daysSinceEpoch == day)
            #expect(date.dayOfWeek == ((day + 4) % 7 + 7) % 7)
        }
    }

    @Test func `names of runs sort by time and carry version and variant`() {
        let early = ExecutionID.make(at: Instant(seconds: 1_000_000_000))
        let late = ExecutionID.make(at: Instant(seconds: 1_000_000_001))
        #expect(early.description < late.description)
        let text = Array(early.description)
        #expect(text[14] == "7")
        #expect("89ab".contains(text[19]))
    }
}
