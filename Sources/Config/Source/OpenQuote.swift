/// Finds a quote that somebody forgot to close.
///
/// YAML lets quoted text run over lines, so that it ends at the next quote, however far away, and the mistake seems to
/// be there. Text that swallows what looks like a key or a comment was not meant to run on.
enum OpenQuote {
    /// The first such value that begins at or above a line: from its quote to the end of its own line.
    static func first(in text: SourceText, upTo last: Int) -> SourceRange? {
        var number = 1
        while number <= min(last, text.lines.count) {
            let line = text.scalars(ofLine: number)
            guard let start = quotedValue(in: line), end(of: line[start], in: line[(start + 1)...]) == nil else {
                number += 1
                continue
            }
            let run = run(from: number + 1, until: line[start], in: text)
            guard run.swallowsOthers else {
                number = run.end
                continue
            }
            return SourceRange(line: number, columns: start..<line.count)
        }
        return nil
    }

    /// Where the value of a `key: "…` line begins; nil for every other line.
    private static func quotedValue(in line: [Unicode.Scalar]) -> Int? {
        guard let colon = keyEnd(in: line[...]) else { return nil }
        guard let start = line[(colon + 1)...].firstIndex(where: { $0 != " " }), start > colon + 1 else { return nil }
        return line[start] == "\"" || line[start] == "'" ? start : nil
    }

    /// The colon after a plain key, which may stand in a list.
    private static func keyEnd(in line: ArraySlice<Unicode.Scalar>) -> Int? {
        var rest = line.drop { $0 == " " }
        while rest.first == "-", rest.dropFirst().first == " " { rest = rest.dropFirst().drop { $0 == " " } }
        let key = rest.prefix(while: isKeyScalar)
        guard !key.isEmpty, key.endIndex < line.endIndex, line[key.endIndex] == ":" else { return nil }
        return key.endIndex
    }

    private static func isKeyScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar == "_" || scalar == "-" || scalar == "."
    }

    /// Where quoted text ends in a piece of a line.
    private static func end(of quote: Unicode.Scalar, in line: ArraySlice<Unicode.Scalar>) -> Int? {
        var index = line.startIndex
        while index < line.endIndex {
            if quote == "\"", line[index] == "\\" {
                index += 2
            } else if line[index] == quote {
                guard quote == "'", index + 1 < line.endIndex, line[index + 1] == "'" else { return index }
                index += 2
            } else {
                index += 1
            }
        }
        return nil
    }

    private static func isKeyOrComment(_ line: [Unicode.Scalar]) -> Bool {
        if line.first(where: { $0 != " " }) == "#" { return true }
        guard let colon = keyEnd(in: line[...]) else { return false }
        return colon + 1 == line.count || line[colon + 1] == " "
    }

    /// Follows quoted text over lines: the line after its end, and whether other lines of the file were on its way.
    private static func run(
        from first: Int, until quote: Unicode.Scalar, in text: SourceText
    ) -> (end: Int, swallowsOthers: Bool) {
        var swallowsOthers = false
        for number in first..<max(text.lines.count + 1, first) {
            let line = text.scalars(ofLine: number)
            if isKeyOrComment(line) { swallowsOthers = true }
            if end(of: quote, in: line[...]) != nil { return (number + 1, swallowsOthers) }
        }
        return (text.lines.count + 1, swallowsOthers)
    }
}
