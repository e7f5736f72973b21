import Testing

@testable import Config

struct WordsTests {
    @Test(arguments: [
        ("0s", 0), ("30s", 30_000), ("10m", 600_000), ("2h", 7_200_000), ("1d", 86_400_000), ("2500ms", 2_500),
        ("2h30m", 9_000_000), ("1d2h3m4s5ms", 93_784_005), ("90m", 5_400_000), ("007s", 7_000),
    ])
    func `a duration is read`(text: String, milliseconds: Int) throws {
        #expect(try Duration(settingText: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["0s", "1ms", "2500ms", "30s", "90s", "5m", "36h", "1d", "3660d"])
    func `a duration is written as it was read`(text: String) throws {
        #expect(try Duration(settingText: text).settingText == text)
    }

    @Test func `what is meant is suggested, and nothing far off`() {
        let keys = ["workers", "drain", "lease", "beat", "poll", "pool_size"]
        #expect(suggestion(for: "wrokers", among: keys) == "workers")
        #expect(suggestion(for: "worker", among: keys) == "workers")
        #expect(suggestion(for: "PoolSize", among: keys) == "pool_size")
        #expect(suggestion(for: "pool-size", among: keys) == "pool_size")
        #expect(suggestion(for: "pol", among: keys) == "poll")
        #expect(suggestion(for: "threads", among: keys) == nil)
        #expect(suggestion(for: "", among: keys) == nil)
        #expect(suggestion(for: String(repeating: "w", count: 1_000), among: keys) == nil)
    }

    @Test func `what cannot be seen is written as its code`() {
        #expect(quoted("a\u{A0}b\u{200B}\n") == #""a\u{A0}b\u{200B}\n""#)
        #expect(quoted("ñ 🙂") == "\"ñ 🙂\"")
        #expect(quoted(String(repeating: "x", count: 80)) == "\"" + String(repeating: "x", count: 60) + "…\"")
    }
}
