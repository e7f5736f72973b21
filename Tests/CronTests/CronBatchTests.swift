import Cron
import FoundationEssentials
import Primitives
import Testing

@Suite struct CronBatchTests {
    private struct Answer: Decodable {
        struct Failure: Decodable {
            let field: String?
            let position: Int?
            let message: String
            let hint: String
        }

        let next: [String]?
        let error: Failure?
    }

    private func answer(_ line: String) throws -> Answer {
        var batch = CronBatch()
        let text = batch.answer(line)
        #expect(!text.contains("\n"))
        let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        #expect((answer.next == nil) != (answer.error == nil))
        return answer
    }

    @Test func `a line gives its instants in universal time`() {
        var batch = CronBatch()
        #expect(
            batch.answer(#"{"expr":"30 2 * * *","tz":"America/New_York","after":"2025-03-08T12:00:00Z","count":2}"#)
                == #"{"next":["2025-03-09T07:00:00Z","2025-03-10T06:30:00Z"]}"#)
        #expect(
            batch.answer(#" { "count" : 1 , "after":"2025-03-08T12:00:00.5+05:30", "tz":"UTC","expr":"* * * * *" } "#)
                == #"{"next":["2025-03-08T06:31:00Z"]}"#)
        #expect(
            batch.answer(#"{"expr":"0 0 1 1 *","tz":"UTC","after":"2025-03-08T12:00:00Z"}"#)
                == #"{"next":["2026-01-01T00:00:00Z"]}"#)
    }

    @Test func `escapes are read, and keys that nobody knows are passed over`() {
        var batch = CronBatch()
        let line = #"""
            {"id":[1,{"a":null,"b":[true,false,-1.5e+3]},"\ud83d\ude00"],"expr":"\u0030\t0 1 1 *","tz":"Asia\/Kolkata",
            "after":"2025-01-01T00:00:00Z"}
            """#
        #expect(batch.answer(line) == #"{"next":["2025-12-31T18:30:00Z"]}"#)
    }

    @Test func `a refusal carries field, position, message and hint`() throws {
        let error = try #require(
            try answer(#"{"expr":"0 25 * * *","tz":"UTC","after":"2025-01-01T00:00:00Z"}"#).error)
        #expect(error.field == "hour")
        #expect(error.position == 3)
        #expect(error.message.contains("0 to 23") && error.hint.contains("write"))
        let whole = try #require(try answer(#"{"expr":"0 0 9 * * 1","tz":"UTC","after":"2025-01-01T00:00:00Z"}"#).error)
        #expect(whole.field == nil && whole.position == 11)
        let zone = try #require(
            try answer(#"{"expr":"0 9 * * 1","tz":"Asia/Kolkatta","after":"2025-01-01T00:00:00Z"}"#).error)
        #expect(zone.field == "tz" && zone.position == nil)
        #expect(zone.hint == "did you mean Asia/Kolkata?")
    }

    /// A line and the key at fault; none where the line is no JSON object.
    @Test(arguments: [
        (#"{"tz":"UTC","after":"2025-01-01T00:00:00Z"}"#, "expr"),
        (#"{"expr":"* * * * *","after":"2025-01-01T00:00:00Z"}"#, "tz"),
        (#"{"expr":"* * * * *","tz":"UTC"}"#, "after"),
        (#"{"expr":5,"tz":"UTC","after":"2025-01-01T00:00:00Z"}"#, "expr"),
        (#"{"expr":"* * * * *","tz":null,"after":"2025-01-01T00:00:00Z"}"#, "tz"),
        (#"{"expr":"* * * * *","tz":["UTC"],"after":"x"}"#, "tz"),
        (#"{"expr":"* * * * *","tz":"UTC","after":1735689600}"#, "after"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01"}"#, "after"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-02-30T00:00:00Z"}"#, "after"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"0000-01-01T00:00:00+14:00"}"#, "after"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z","count":0}"#, "count"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z","count":-5}"#, "count"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z","count":10001}"#, "count"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z","count":99999999999999999999}"#, "count"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z","count":2.5}"#, "count"),
        (#"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z","count":"5"}"#, "count"),
        (#"{"expr":"* * * * *","expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z"}"#, "expr"),
        (#"{"expr":"* * * * *","tz":"","after":"2025-01-01T00:00:00Z"}"#, "tz"),
        (#"{"expr":"* * * * *","tz":"../etc/passwd","after":"2025-01-01T00:00:00Z"}"#, "tz"),
    ])
    func `a key that is missing or wrong is named`(line: String, key: String) throws {
        #expect(try answer(line).error?.field == key)
    }

    @Test(arguments: [
        "", "   ", "null", "[]", "5", "{", "}", "{}}", #"{"expr"}"#, #"{"expr":}"#, #"{"expr":"* * * * *""#,
        #"{"expr":"* * * * *",}"#,
        #"{'expr':'x'}"#, #"{"expr":"a\x"}"#, #"{"expr":"\u12"}"#, #"{"expr":"\ud800"}"#, #"{"expr":"\udc00\ud800"}"#,
        #"{"expr":"\ud800\u0041"}"#, "{\"expr\":\"\t\"}", #"{"a":01}"#, #"{"a":1.}"#, #"{"a":-}"#, #"{"a":1e}"#,
        #"{"a":tru}"#,
        #"{"a":[1,]}"#, #"{"a":{"b"}}"#, #"{"expr":"\#(String(repeating: "x", count: 70_000))"}"#,
        #"{"a":\#(String(repeating: "[", count: 10_000))}"#, "\u{FEFF}{}",
    ])
    func `a line that is no JSON object has its column named`(line: String) throws {
        let error = try #require(try answer(line).error)
        #expect(error.field == nil || line == "{}")
        #expect(error.position != nil)
        #expect(!error.message.isEmpty && !error.hint.isEmpty)
    }

    @Test func `bytes that are no UTF-8 are an error line`() {
        var batch = CronBatch()
        var output: [UInt8] = []
        batch.answer(Array(#"{"expr":""#.utf8) + [0xFF, 0xC0] + Array(#""}"#.utf8), into: &output)
        #expect(String(decoding: output, as: UTF8.self).contains("no UTF-8"))
    }

    @Test func `what a line holds is escaped in its answer`() throws {
        let error = try #require(
            try answer(#"{"expr":"* * * * *","tz":"a\"\\\n\u0000\u007fé","after":"2025-01-01T00:00:00Z"}"#).error)
        #expect(error.message.hasPrefix(#""a\"\\\n\0\u{7F}é" is no zone"#), "\(error.message)")
    }

    @Test func `the last year that can be written ends a list`() {
        var batch = CronBatch()
        #expect(
            batch.answer(#"{"expr":"0 0 31 12 *","tz":"UTC","after":"9998-06-01T00:00:00Z","count":5}"#)
                == #"{"next":["9998-12-31T00:00:00Z","9999-12-31T00:00:00Z"]}"#)
        #expect(batch.answer(#"{"expr":"0 0 1 1 *","tz":"UTC","after":"9999-06-01T00:00:00Z"}"#) == #"{"next":[]}"#)
    }

    @Test func `the most that one line may ask for`() throws {
        let line = #"{"expr":"* * * * *","tz":"UTC","after":"2025-01-01T00:00:00Z","count":\#(CronBatch.mostTicks)}"#
        #expect(try answer(line).next?.count == CronBatch.mostTicks)
    }

    @Test func `one batch answers as many fresh ones do, in text and in bytes`() throws {
        var random = SeededRandom(seed: 3)
        var batch = CronBatch()
        let zones = ["UTC", "Asia/Kolkata", "Nowhere/Else", "Europe/Berlin"]
        for _ in 0..<2_000 {
            let expression = "\(Int.random(in: 0...61, using: &random)) \(Int.random(in: 0...24, using: &random)) * * *"
            let zone = zones.randomElement(using: &random) ?? "UTC"
            let line = #"{"expr":"\#(expression)","tz":"\#(zone)","after":"2025-01-01T00:00:00Z","count":2}"#
            var fresh = CronBatch()
            var bytes: [UInt8] = []
            fresh.answer(Array(line.utf8), into: &bytes)
            #expect(batch.answer(line) == String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `lines changed at random never bring the door down`() throws {
        var random = SeededRandom(seed: 7)
        var batch = CronBatch()
        let good = Array(
            #"{"expr":"0 9 L,15W JAN-DEC FRI#3","tz":"Asia/Kolkata","after":"2025-01-01T00:00:00Z","count":5}"#.utf8)
        for _ in 0..<5_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1 where bytes.count > 1: bytes.remove(at: index)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: index)
                }
            }
            var output: [UInt8] = []
            batch.answer(bytes, into: &output)
            _ = try JSONDecoder().decode(Answer.self, from: Data(output))
        }
    }
}
