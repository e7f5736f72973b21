import Yams

/// What a mistake of YAML syntax most likely is, in an operator's words.
struct SyntaxAdvice {
    var mark: SourceMark
    var message: String
    var hint: String?
    /// The value that should have been in quotes; reading can go on without it.
    var unquoted: SourceRange?

    init(_ error: YamlError, in text: SourceText) {
        let failure = Failure(error)
        self =
            Self.openQuote(failure, text) ?? Self.tab(failure, text) ?? Self.unquotedValue(failure, text)
            ?? Self.known(failure, text)
            ?? SyntaxAdvice(mark: failure.mark, message: "not YAML: \(failure.description)", hint: nil)
    }

    init(mark: SourceMark, message: String, hint: String?, unquoted: SourceRange? = nil) {
        self.mark = mark
        self.message = message
        self.hint = hint
        self.unquoted = unquoted
    }

    /// Characters that mean something else to YAML when a value begins with one.
    private static let indicators: Set<Unicode.Scalar> = [
        "*", "&", "!", "%", "@", "`", "|", ">", "?", "-", ",", "]", "}",
    ]

    private static func openQuote(_ failure: Failure, _ text: SourceText) -> SyntaxAdvice? {
        guard let value = OpenQuote.first(in: text, upTo: failure.mark.line) else { return nil }
        return SyntaxAdvice(
            mark: SourceMark(line: value.line, column: value.columns.lowerBound + 1),
            message: "a quote that is never closed", hint: "close it at the end of the value", unquoted: value)
    }

    private static func tab(_ failure: Failure, _ text: SourceText) -> SyntaxAdvice? {
        let line = text.scalars(ofLine: failure.mark.line)
        let indent = line.prefix { $0 == " " || $0 == "\t" }
        let atMark = line.indices.contains(failure.mark.column - 1) ? line[failure.mark.column - 1] : nil
        guard let tab = indent.firstIndex(of: "\t") ?? (atMark == "\t" ? failure.mark.column - 1 : nil) else {
            return nil
        }
        return SyntaxAdvice(
            mark: SourceMark(line: failure.mark.line, column: tab + 1),
            message: "a tab where YAML wants spaces (expected spaces, got a tab)", hint: "replace it by spaces")
    }

    private static func unquotedValue(_ failure: Failure, _ text: SourceText) -> SyntaxAdvice? {
        if failure.problem == "mapping values are not allowed in this context" {
            guard let value = blockValue(ofLine: failure.mark.line, text),
                value.columns.contains(failure.mark.column - 1)
            else { return nil }
            return SyntaxAdvice(
                mark: SourceMark(line: value.line, column: value.columns.lowerBound + 1),
                message: "a value that holds a colon and a space must be quoted",
                hint: quotingHint(value, text), unquoted: value)
        }
        for line in [failure.context?.line, failure.mark.line].compactMap(\.self) {
            guard let value = blockValue(ofLine: line, text) else { continue }
            let scalars = text.scalars(ofLine: line)
            let first = scalars[value.columns.lowerBound]
            guard indicators.contains(first) else { continue }
            let mark = SourceMark(line: line, column: value.columns.lowerBound + 1)
            let name = scalars[value.columns].dropFirst()
            if first == "*", failure.problem == "found undefined alias", name.allSatisfy(\.properties.isAlphabetic) {
                return SyntaxAdvice(
                    mark: mark, message: "anchors and aliases are not supported", hint: "write the value out",
                    unquoted: value)
            }
            return SyntaxAdvice(
                mark: mark, message: "a value that begins with \"\(first)\" must be quoted",
                hint: quotingHint(value, text), unquoted: value)
        }
        if failure.contextText == "while scanning an alias", let mark = failure.context {
            return SyntaxAdvice(
                mark: mark, message: "a value that begins with \"*\" must be quoted", hint: "put it in quotes")
        }
        return nil
    }

    private static func known(_ failure: Failure, _ text: SourceText) -> SyntaxAdvice? {
        let context = failure.context ?? failure.mark
        switch failure.problem {
        case "mapping values are not allowed in this context":
            let indent = text.scalars(ofLine: failure.mark.line).prefix { $0 == " " }.count
            return SyntaxAdvice(
                mark: SourceMark(line: failure.mark.line, column: indent + 1), message: "a key is not expected here",
                hint: "indent it like its neighbours; a key with keys below it has no value of its own")
        case "block sequence entries are not allowed in this context":
            return SyntaxAdvice(
                mark: failure.mark, message: "a list item, \"- …\", is not expected here",
                hint: "write each item on a line of its own")
        case "found unexpected end of stream", "found unexpected document indicator":
            return SyntaxAdvice(mark: context, message: "a quote that is never closed", hint: "close it")
        case "found unknown escape character":
            return SyntaxAdvice(
                mark: failure.mark, message: "an unknown escape in double quotes",
                hint: "write the backslash twice, or use single quotes")
        case "could not find expected ':'":
            return SyntaxAdvice(mark: context, message: "a line that is no \"key: value\"", hint: "add the colon")
        case "did not find expected key":
            let before = text.scalars(ofLine: failure.mark.line).prefix(failure.mark.column - 1)
            return before.allSatisfy { $0 == " " }
                ? SyntaxAdvice(
                    mark: failure.mark, message: "a key was expected here", hint: "indent it like its neighbours")
                : SyntaxAdvice(
                    mark: failure.mark, message: "the line's value ended before this",
                    hint: "put all of the value in quotes, or remove this")
        case "did not find expected node content":
            return SyntaxAdvice(
                mark: failure.mark, message: "a value was expected here",
                hint: "write it, or close the bracket before it")
        case "did not find expected '-' indicator":
            return SyntaxAdvice(
                mark: failure.mark, message: "a list item, \"- …\", was expected here",
                hint: "indent it like the items before it")
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            let bracket = failure.problem.hasSuffix("']'") ? "[" : "{"
            return SyntaxAdvice(
                mark: context, message: "a \"\(bracket)\" that is not closed properly",
                hint: "separate its items by commas and close it")
        case "found unexpected ':'":
            return SyntaxAdvice(
                mark: context, message: "a value that holds a colon must be quoted", hint: "put it in quotes")
        case "found undefined alias":
            return SyntaxAdvice(
                mark: failure.mark, message: "anchors and aliases are not supported", hint: "write the value out")
        default:
            return nil
        }
    }
}

extension SyntaxAdvice {
    /// The value of a line of the shape `key: value`, without a comment after it.
    private static func blockValue(ofLine number: Int, _ text: SourceText) -> SourceRange? {
        let line = text.scalars(ofLine: number)
        var index = line.firstIndex { $0 != " " } ?? line.endIndex
        while index + 1 < line.count, line[index] == "-", line[index + 1] == " " {
            index = line[(index + 1)...].firstIndex { $0 != " " } ?? line.endIndex
        }
        guard index < line.count, !["#", "{", "[", "\"", "'", "?"].contains(line[index]),
            let colon = line.indices[index...].first(where: {
                line[$0] == ":" && $0 + 1 < line.count && line[$0 + 1] == " "
            }),
            let start = line[(colon + 1)...].firstIndex(where: { $0 != " " }), line[start] != "#"
        else { return nil }
        if ["\"", "'", "[", "{"].contains(line[start]) { return nil }
        let comment = line.indices[start...].first { $0 > start && line[$0] == "#" && line[$0 - 1] == " " }
        guard let last = line[start..<(comment ?? line.count)].lastIndex(where: { $0 != " " && $0 != "\t" }) else {
            return nil
        }
        return SourceRange(line: number, columns: start..<(last + 1))
    }

    /// Shows the value of a cron expression alone: any other may be a secret.
    private static func quotingHint(_ value: SourceRange, _ text: SourceText) -> String {
        let line = text.scalars(ofLine: value.line)
        let before = line[..<value.columns.lowerBound].text
        let shown = line[value.columns].text
        guard before.hasSuffix("cron: "), !shown.contains("\"") else { return "put it in quotes" }
        return "write cron: \(quoted(shown))"
    }

    /// What libyaml said, in one shape for all its kinds of error.
    private struct Failure {
        var problem: String
        var mark: SourceMark
        var contextText: String?
        var context: SourceMark?

        init(_ error: YamlError) {
            switch error {
            case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
                .composer(let context, let problem, let mark, _):
                self.problem = problem
                self.mark = mark.sourceMark
                contextText = context?.text
                self.context = context?.mark.sourceMark
            case .reader(let problem, _, _, _):
                self.problem = problem
                mark = SourceMark(line: 1, column: 1)
            default:
                problem = "it cannot be read"
                mark = SourceMark(line: 1, column: 1)
            }
        }

        var description: String {
            contextText.map { "\($0), \(problem)" } ?? problem
        }
    }
}
