import OperatorCommands
import Testing

@Suite struct CronCommandTests {
    @Test func `next prints each instant on the wall and in UTC`() async {
        let result = await Tool().run(
            "cron", "next", "30 2 * * *", "--zone", "America/New_York", "--after", "2025-03-08T12:00:00Z", "--count",
            "2")
        #expect(result.status == .success)
        #expect(
            result.output == """
                LOCAL                      UTC
                2025-03-09T03:00:00-04:00  2025-03-09T07:00:00Z
                2025-03-10T02:30:00-04:00  2025-03-10T06:30:00Z

                """)
    }

    @Test func `next begins now unless told otherwise, with five instants`() async {
        let result = await Tool().run("cron", "next", "@daily", "--zone", "UTC")
        #expect(result.output.split(separator: "\n").count == 6)
        #expect(result.output.contains("2026-10-16T00:00:00Z"))
    }

    @Test func `next as JSON has a stable shape`() async {
        let result = await Tool().run(
            "cron", "next", "0 9 * * *", "--zone", "Asia/Kolkata", "--after", "2026-01-01T00:00:00Z", "--count", "1",
            "--json")
        #expect(
            result.output == """
                {
                  "after" : "2026-01-01T00:00:00Z",
                  "expression" : "0 9 * * *",
                  "next" : [
                    "2026-01-01T03:30:00Z"
                  ],
                  "ticks" : [
                    {
                      "at" : "2026-01-01T03:30:00Z",
                      "local" : "2026-01-01T09:00:00+05:30",
                      "nominal" : "2026-01-01T09:00:00"
                    }
                  ],
                  "zone" : "Asia/Kolkata"
                }

                """)
    }

    @Test func `a mistake is 64 with a mark under its place`() async {
        let result = await Tool().run("cron", "next", "0 25 * * *", "--zone", "UTC")
        #expect(result.status == .usage && result.output.isEmpty)
        #expect(result.error.contains("\n  0 25 * * *\n    ^\n") && result.error.contains("hint: "))
        let zone = await Tool().run("cron", "explain", "0 5 * * *", "--zone", "Asia/Kolkatta")
        #expect(zone.status == .usage && zone.error.contains("Asia/Kolkata"))
    }

    @Test func `explain says it in words with the next gap and overlap`() async {
        let result = await Tool().run(
            "cron", "explain", "30 2 * * *", "--zone", "America/New_York", "--after", "2026-01-01T00:00:00Z")
        #expect(result.status == .success && result.output.contains("At 02:30"))
        #expect(result.output.contains("next gap") && result.output.contains("2026-03-08"))
        let json = await Tool().run("cron", "explain", "*/15 * 13 * 5", "--zone", "UTC", "--json")
        #expect(json.output.contains(#""restricts_both_days" : true"#) && json.output.contains(#""next_gap" : null"#))
    }
}
