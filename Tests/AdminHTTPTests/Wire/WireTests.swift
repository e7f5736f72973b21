import AdminAPI
import FoundationEssentials
import Primitives
import Testing

@Suite struct WireTests {
    @Test func `64-bit integers travel as strings and nothing else`() throws {
        let text = String(decoding: try WireJSON.encode([IntegerText(.min), IntegerText(.max)]), as: UTF8.self)
        #expect(text == #"["-9223372036854775808","9223372036854775807"]"#)
        #expect(
            try WireJSON.decode([IntegerText].self, from: Data(text.utf8)) == [IntegerText(.min), IntegerText(.max)])
        for wrong in ["[1]", #"["x"]"#, #"["9223372036854775808"]"#, #"[""]"#] {
            #expect(throws: DecodingError.self) { try WireJSON.decode([IntegerText].self, from: Data(wrong.utf8)) }
        }
    }

    @Test func `a value that is not there is written as null, and read from null or nothing`() throws {
        let check = RunRequest(asOf: nil, reason: nil)
        #expect(String(decoding: try WireJSON.encode(check), as: UTF8.self) == #"{"as_of":null,"reason":null}"#)
        #expect(try WireJSON.decode(RunRequest.self, from: Data("{}".utf8)) == check)
        #expect(try WireJSON.decode(RunRequest.self, from: Data(#"{"as_of": null}"#.utf8)) == check)
    }

    @Test func `an answer with keys of a newer daemon can be read`() throws {
        let text = #"{"items":[],"next":null,"total":5}"#
        #expect(try WireJSON.decode(Page<IntegerText>.self, from: Data(text.utf8)).items.isEmpty)
    }

    @Test(arguments: [
        "null", "true", "0", "-9223372036854775808", "123456789012345678901234567890", "0.1", #""text \"quoted\"""#,
        #"[1,[],{}]"#, #"{"a":{"b":[null,false]},"c":"d"}"#,
    ])
    func `any JSON value comes back as it was`(_ text: String) throws {
        let value = try WireJSON.decode(JSONValue.self, from: Data(text.utf8))
        #expect(String(decoding: try WireJSON.encode(value), as: UTF8.self) == text)
    }

    @Test(arguments: [
        ("2026-10-15T12:34:56Z", -10_800, "2026-10-15T09:34:56-03:00"),
        ("2026-10-15T23:34:56.25Z", 19_800, "2026-10-16T05:04:56.25+05:30"),
        ("1969-12-31T23:59:59.5Z", 0, "1969-12-31T23:59:59.5+00:00"),
        ("1883-11-18T16:59:00Z", -17_762, "1883-11-18T12:02:58-04:56:02"),
    ])
    func `an instant on a wall shows the wall and its offset`(_ utc: String, _ offset: Int, _ local: String) throws {
        let instant = try #require(Instant(rfc3339: utc))
        #expect(instant.local(offset: offset) == local)
    }

    @Test(arguments: ["", "plain-._~09AZaz", "a b/c?d=e&f%", "über 🙂 \u{0}\n"])
    func `what was percent-encoded is read back`(_ text: String) {
        let encoded = PercentEncoding.encoded(text)
        #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#&= ".utf8.contains($0) })
        #expect(PercentEncoding.decoded(encoded) == text)
    }

    @Test(arguments: ["%", "%4", "%4x", "%zz", "%ff", "%c3"])
    func `percent-encoding that is broken reads as nothing`(_ text: String) {
        #expect(PercentEncoding.decoded(text) == nil)
    }
}
