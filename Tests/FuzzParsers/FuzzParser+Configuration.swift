import Config

extension FuzzParser {
    /// Configuration files: every complaint has its place in the file, in order; what is accepted is so again.
    static let configuration = FuzzParser(
        "configuration", seeds: ConfigurationText.seeds, pieces: ConfigurationText.pieces
    ) { (input) throws(BrokenProperty) in
        let bytes = Array(input)
        let loader = ConfigurationLoader(environment: [:], knownKinds: ["investments.value"])
        let source = ConfigurationSource(file: "bursar.yaml", bytes: bytes)
        do {
            let loaded = try loader.load(sources: [source])
            try require(!loaded.rows.isEmpty, "an accepted file has no values")
            return true
        } catch let failure as ConfigurationErrors {
            try require(!failure.errors.isEmpty, "a refusal without an error")
            let lines = ConfigurationText.lines(of: bytes)
            var previous = (0, 0)
            for error in failure.errors {
                try require(!error.message.isEmpty, "an error without words")
                guard let line = error.line, let column = error.column else {
                    throw BrokenProperty("an error without its place: \(error)")
                }
                let isInside = lines.indices.contains(line - 1) && (1...lines[line - 1] + 1).contains(column)
                try require(isInside, "an error outside of the file: \(error)")
                try require(previous <= (line, column), "errors out of order: \(error)")
                previous = (line, column)
            }
            return false
        } catch let error as BrokenProperty {
            throw error
        } catch {
            throw BrokenProperty("an error of another type: \(error)")
        }
    }
}

/// What is known of configuration files.
private enum ConfigurationText {
    static let seeds = [
        """
        database:
          url: postgresql://bursar@localhost/bursar
        engine:
          workers: 4
          lease: 30s
        """,
        """
        schedules:
          investments.hourly: {enabled: false}
          test.quarterly:
            kind: investments.value
            payload: {mode: full, class: 12, note: "a: b", list: [1, -2.5e3, true, null, ~]}
            cron: "*/15 * * * *"
            zone: America/Argentina/Buenos_Aires
            catch_up: all
            max_lateness: 2h30m
        """,
        """
        # a comment
        schedules:
          monthly:
            kind: 'investments.value'
            cron: 0 2 1 * *
            zone: Asia/Kolkata
            money: true
            payload:
              text: |
                two
                lines
              folded: >-
                one
                line
        """,
        "", "{}", "---\n...\n",
    ].map { Array($0.utf8) }

    static let pieces =
        [
            "\n", "\t", " ", "  ", ":", ": ", "- ", "#", "*", "&a ", "*a", "!", "!!int ", "{", "}", "[", "]", ",", "\"",
            "'", "|", ">-", "%", "@", "`", "? ", "---\n", "...\n", "<<: ", "\\", "~", "null", "\r", "\r\n", "é",
            "\u{85}", "\u{2028}", "\u{FEFF}", "\u{1F600}", "\u{E000}", "0", "-1", "99999999999", "30s", "1h30m",
            "schedules:\n", "engine:\n", "workers: 4\n", "cron: ", "zone: ", "payload: ", "\u{0}", "0x10", "yes",
            "1_000",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5]]

    /// The length of each line in scalars; a byte that is no UTF-8 counts as one.
    static func lines(of bytes: [UInt8]) -> [Int] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map(\.count)
    }
}
