import Cron
import Testing

@Suite struct ZoneFilesTests {
    @Test(arguments: [
        ("asia/kolkata", "Asia/Kolkata"), ("ASIA/KOLKATA", "Asia/Kolkata"), ("Kolkata", "Asia/Kolkata"), ("utc", "UTC"),
        ("America/New York", "America/New_York"), ("New_York", "America/New_York"), ("Europe/Berln", "Europe/Berlin"),
        ("Buenos_Aires", "America/Argentina/Buenos_Aires"), ("Asia\\Kolkata", "Asia/Kolkata"),
        ("Asia/Kolkatta", "Asia/Kolkata"),
    ])
    func `an unknown zone says which one was meant`(name: String, suggestion: String) {
        let error = #expect(throws: ZoneError.self) { try Zone(name) }
        #expect(error?.identifier == name)
        #expect(error?.suggestion == suggestion)
        #expect(error?.hint == "did you mean \(suggestion)?")
    }

    @Test(arguments: [
        "", " ", "/", "/etc/localtime", "../../../etc/passwd", "Asia/../Asia/Kolkata", "Asia//Kolkata", "/Asia/Kolkata",
        "Asia/",
        "Asia", "Europe", "./UTC", "localtime", "posixrules", "leapseconds", "tzdata.zi", "zone.tab", "right/UTC",
        "posix/UTC",
        "Asia/Kolkata\n", "Asia/Kolkata\u{0}", "IST", "PST", "+05:30", "UTC+5", "Zürich", "Mars/Olympus",
        String(repeating: "A", count: 100_000),
    ])
    func `what is no zone is refused, whatever it tries`(name: String) {
        let error = #expect(throws: ZoneError.self) { try Zone(name) }
        #expect((error?.message.utf8.count ?? 0) < 200)
        #expect(error?.message.isEmpty == false && error?.hint.isEmpty == false)
    }

    @Test func `the database says its version, and zones survive a fresh start`() throws {
        let version = try #require(ZoneFiles.version)
        #expect(version.utf8.count >= 5 && version.hasPrefix("20"))
        let before = try Zone("Asia/Kolkata")
        ZoneFiles.forget()
        #expect(ZoneFiles.version == version)
        #expect(try Zone("Asia/Kolkata") == before)
    }
}
