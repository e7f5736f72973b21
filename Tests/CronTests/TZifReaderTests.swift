import Cron
import Primitives
import Testing

@Suite struct TZifReaderTests {
    /// A footer, an instant, and the offset that the rule gives there.
    @Test(arguments: [
        ("EST5EDT,M3.2.0,M11.1.0", "2030-03-10T06:59:59Z", -18_000),
        ("EST5EDT,M3.2.0,M11.1.0", "2030-03-10T07:00:00Z", -14_400),
        ("EST5EDT,M3.2.0,M11.1.0", "2030-11-03T06:00:00Z", -18_000),
        ("EST5EDT4,M3.2.0/2,M11.1.0/2:00:00", "2030-07-01T00:00:00Z", -14_400),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2030-01-01T00:00:00Z", 39_600),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2030-07-01T00:00:00Z", 37_800),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2030-01-01T00:00:00Z", 0),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2030-07-01T00:00:00Z", 3_600),
        // Negative times and times beyond a day.
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T00:59:59Z", -7_200),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T01:00:00Z", -3_600),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2030-03-29T23:59:59Z", 7_200),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2030-03-30T00:00:00Z", 10_800),
        // The last Sunday of a month that could have begun with the fifth week's.
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T00:59:59Z", 3_600),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T01:00:00Z", 7_200),
        // Days of the year, with and without 29 February.
        ("AAA0BBB,J60/0,J300/0", "2032-02-29T23:59:59Z", 0), ("AAA0BBB,J60/0,J300/0", "2032-03-01T00:00:00Z", 3_600),
        ("AAA0BBB,J60/0,J300/0", "2031-03-01T00:00:00Z", 3_600), ("AAA0BBB,59/0,300/0", "2032-02-28T23:59:59Z", 0),
        ("AAA0BBB,59/0,300/0", "2032-02-29T00:00:00Z", 3_600), ("AAA0BBB,59/0,300/0", "2031-03-01T00:00:00Z", 3_600),
        ("AAA0BBB,59/0,300/0", "2031-02-28T23:59:59Z", 0),
        // Daylight time all year, in both of the ways that RFC 9636 writes it.
        ("EST5EDT,0/0,J365/25", "2030-01-01T05:00:00Z", -14_400),
        ("EST5EDT,0/0,J365/25", "2032-12-31T23:59:59Z", -14_400),
        ("XXX3EDT4,0/0,J365/23", "2030-01-01T03:00:00Z", -14_400),
        ("XXX3EDT4,0/0,J365/23", "2030-07-01T00:00:00Z", -14_400),
    ])
    func `a footer's rule holds after the last shift`(footer: String, at text: String, offset: Int) throws {
        let zone = try TZifBytes(footer: footer).zone()
        #expect(zone.offset(at: try instant(text)) == offset)
        // The rule repeats with the calendar.
        #expect(zone.offset(at: try instant(text) + .seconds(10 * 146_097 * 86_400)) == offset)
    }

    @Test(arguments: ["UTC0", "<-00>0", "<+0545>-5:45", "ABC+00:44:30", "AbC-24:59:59"])
    func `a footer without daylight time leaves the last offset in force`(footer: String) throws {
        let zone = try TZifBytes(shifts: [(start: 0, offset: 1_800)], footer: footer).zone()
        #expect(zone.offset(at: try instant("2030-01-01T00:00:00Z")) == 1_800)
    }

    @Test func `daylight time that never ends has no shifts`() throws {
        for footer in ["EST5EDT,0/0,J365/25", "XXX3EDT4,0/0,J365/23"] {
            let zone = try TZifBytes(initialOffset: -14_400, shifts: [(start: 0, offset: -14_400)], footer: footer)
                .zone()
            #expect(zone.nextTransition(after: Instant(seconds: 0)) == nil, "\(footer)")
        }
    }

    @Test(arguments: [
        "EST", "5", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M0.2.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J5", "EST5EDT,J366,J5", "EST5EDT,366,5",
        "EST25", "EST5:60",
        "<EST5", "E5", "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,", "EST5EDT,,",
        "EST999999999999999999999999",
    ])
    func `a footer that is no rule is refused`(footer: String) {
        let error = #expect(throws: ZoneError.self) { try TZifBytes(footer: footer).zone() }
        #expect(error?.message.contains("footer") == true)
    }

    @Test func `a damaged file is refused with its reason`() {
        func reason(_ bytes: [UInt8]) -> String {
            let error = #expect(throws: ZoneError.self) { try Zone(identifier: "Test/Zone", tzif: bytes) }
            return error?.message ?? ""
        }
        let good = TZifBytes(shifts: [(start: 0, offset: 3_600)], footer: "UTC0").bytes
        #expect(reason([]).contains("cut short"))
        #expect(reason(Array("GIF89a".utf8) + good).contains("no TZif"))
        #expect(reason([UInt8](repeating: 0x20, count: 2 << 20)).contains("longer than"))
        var versionOne = good
        versionOne[4] = 0
        #expect(reason(versionOne).contains("version 1"))
        #expect(reason(TZifBytes(leapSeconds: 2).bytes).contains("leap seconds"))
        #expect(reason(TZifBytes(initialOffset: 100_000).bytes).contains("offset"))
        #expect(reason(TZifBytes(shifts: [(start: 5, offset: 0), (start: 5, offset: 60)]).bytes).contains("order"))
        for count in 0..<good.count { #expect(!reason(Array(good.prefix(count))).isEmpty) }
    }

    @Test func `bytes changed at random never bring the reader down`() {
        var random = SeededRandom(seed: 5)
        let good = TZifBytes(
            shifts: [(start: 0, offset: 3_600), (start: 9_999, offset: 0)], footer: "EST5EDT,M3.2.0,M11.1.0"
        ).bytes
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let zone = try? Zone(identifier: "Test/Zone", tzif: bytes),
                let expression = try? CronExpression("30 2 * * *")
            else { continue }
            #expect(expression.next(after: Instant(seconds: 1_000_000_000), in: zone) != nil)
            #expect(abs(zone.offset(at: Instant(seconds: 1_000_000_000))) < 26 * 3_600)
        }
    }
}
