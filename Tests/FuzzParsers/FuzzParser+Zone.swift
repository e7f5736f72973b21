import Cron
import FoundationEssentials
import Primitives

extension FuzzParser {
    /// Zone files: whatever is accepted has shifts that go forward, and a wall that can be asked.
    static let zone = FuzzParser(
        "zone",
        seeds: [
            "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Kolkata", "UTC",
        ].compactMap { try? [UInt8](Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\($0)"))) }.map { Array($0) },
        pieces: [
            "TZif", "2", "\n", "EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "J60/25", ",0/0,",
            "M13.6.7", "XXX-167", "\n\n", "<", ">", "/-167", "9999999999",
        ].map { Array($0.utf8) } + [
            [0, 0, 0, 0], [0, 0, 0, 1], [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF],
            [0x80, 0, 0, 0, 0, 0, 0, 0],
        ]
    ) { (input) throws(BrokenProperty) in
        guard let zone = try? Zone(identifier: "Test/Fuzz", tzif: Array(input)) else { return false }
        var cursor = Instant(seconds: Int64(truncatingIfNeeded: input.digest % 8_000_000_000) - 3_000_000_000)
        for _ in 0..<8 {
            let wall = zone.civil(at: cursor)
            try require(zone.instant(of: wall) <= cursor, "the wall showed \(wall) first after \(cursor)")
            try require(abs(zone.offset(at: cursor)) < 8 * 86_400, "an offset of days")
            guard let shift = zone.nextTransition(after: cursor) else { break }
            try require(shift.instant > cursor, "the shift after \(cursor) is at \(shift.instant)")
            try require(
                shift.offsetAfter == zone.offset(at: shift.instant),
                "the offset after a shift is not that of its instant")
            cursor = shift.instant
        }
        return true
    }

    /// The batch door: one line out for each line in, JSON whatever came.
    static let batch = FuzzParser(
        "batch",
        seeds: [
            #"{"expr":"0 9 * * 1","tz":"Asia/Kolkata","after":"2026-01-01T00:00:00Z","count":5}"#,
            #"{"expr":"*/15 2 * * *","tz":"America/New_York","after":"2025-11-02T00:00:00-04:00"}"#,
            #"{"tz":"UTC","count":2,"after":"1999-12-31T23:59:59.999999Z","expr":"@monthly","x":[1,{"y":null}]}"#,
            #" { "expr" : "0 0 29 2 *" , "tz" : "Europe\/Berlin" , "after" : "2096-03-01T00:00:00+14:00" } "#,
            #"{"expr":"\u002a * * * *","tz":"Pacific/Apia","after":"2011-12-29T00:00:00Z","count":10}"#,
        ].map { Array($0.utf8) },
        pieces: [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud83d\\ude00", "\\ud800", "null", "true", "-0", "1e5",
            "1.5", "\"expr\"", "\"tz\"", "\"after\"", "\"count\"", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
            "../../etc/passwd", "america/new_york", "é", "\u{1F600}", "\n", "[[[[[[[[[[[[[[[[[[[[",
        ].map { Array($0.utf8) } + [[0xFF], [0xED, 0xA0, 0x80], [0]]
    ) { (input) throws(BrokenProperty) in
        var batch = CronBatch()
        var output: [UInt8] = []
        batch.answer(Array(input), into: &output)
        let answer = String(validating: output, as: UTF8.self)
        try require(answer != nil && !output.contains { $0 < 0x20 }, "the answer is not one line of text")
        if answer?.hasPrefix(#"{"next":["#) == true { return true }
        try require(answer?.hasPrefix(#"{"error":{"#) == true, "the answer is neither instants nor an error: \(output)")
        guard let decoded = try? JSONDecoder().decode(BatchAnswer.self, from: Data(output)) else {
            throw BrokenProperty("the answer is no JSON: \(answer ?? "")")
        }
        try require(decoded.isInside(input.count), "the error points outside of \(input.count) bytes: \(answer ?? "")")
        return false
    }
}

private struct BatchAnswer: Decodable {
    struct Failure: Decodable {
        var position: Int?
        var message: String
    }

    var error: Failure

    func isInside(_ count: Int) -> Bool {
        !error.message.isEmpty && (error.position.map { (1...count + 1).contains($0) } ?? true)
    }
}
