/// What of a server's output an operator needs to see in an error. Pure.
enum ServerLog {
    private static let linesMax = 8
    private static let telling = [
        "FATAL:", "PANIC:", "ERROR:", "HINT:", "DETAIL:", "error:", "invalid ", "unrecognized ", "could not ",
    ]

    /// The server's usual farewell to its standard error.
    private static let movedHint = "Future log output will appear"

    /// The lines that tell why, or the last ones when none does; joined to one line.
    static func excerpt(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).filter { line in line.contains { $0 != " " && $0 != "\t" } }
        let words = lines.filter { line in !line.contains(movedHint) && telling.contains { line.contains($0) } }
        return (words.isEmpty ? lines : words).suffix(linesMax).joined(separator: " | ")
    }

    /// Whether a former server's processes still hold its memory: they end by themselves once they notice its death.
    static func saysFormerServerLingers(_ text: String) -> Bool {
        text.contains("pre-existing shared memory block")
            || text.contains("lock file \"postmaster.pid\" already exists")
    }
}
