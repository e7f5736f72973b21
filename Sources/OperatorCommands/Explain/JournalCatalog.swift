import Events

/// The message catalog: what `journalctl --catalog` shows beside an entry that carries an event's MESSAGE_ID. The
/// journal fills in the fields of the entry.
enum JournalCatalog {
    private static let manual = "man:bursar-events(7)"

    /// A file for /usr/lib/systemd/catalog; `journalctl --update-catalog` takes it in.
    static var text: String {
        "# The events of Bursar. Made by `bursarctl explain --catalog`.\n" + Event.all.map(entry).joined()
    }

    private static func entry(of event: Event) -> String {
        let head = """

            -- \(event.messageID)
            Subject: \(event.code) \(event.summary)
            Defined-By: Bursar
            Support: \(manual)
            Documentation: \(manual)


            """
        return head + event.sections.map { "\($0.title):\n\($0.text)\n" }.joined(separator: "\n")
    }
}
