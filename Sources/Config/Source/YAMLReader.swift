import Yams

/// Reads one file's text as YAML: the only place that knows Yams.
///
/// A mistake that can be stepped over is: the piece of text is replaced by placeholders of the same length and the file
/// read again, so that what follows is complained about as well, each at its true line and column.
struct YAMLReader {
    private let file: String
    private var text: SourceText
    private var patches: [SourceMark: Patch] = [:]
    private var patchedLines: Set<Int> = []
    private var anchored: Set<SourceMark> = []

    private enum Patch {
        /// A key that comes again: read under this name.
        case key(String)
        /// A value that was complained about.
        case value
    }

    /// Mistakes of syntax that are stepped over in one file.
    private static let recoveriesMax = 100
    private static let depthMax = 64
    /// The private use area, which `SourceText` keeps out of what is read.
    private static let placeholders: ClosedRange<UInt32> = 0xE000...0xF8FF

    init(_ text: SourceText, file: String) {
        self.text = text
        self.file = file
    }

    /// The root of the document; nil when the file is empty or cannot be understood at all.
    static func read(_ text: SourceText, file: String, problems: inout ProblemList) -> YAMLNode? {
        var reader = YAMLReader(text, file: file)
        return reader.root(&problems)
    }

    private mutating func root(_ problems: inout ProblemList) -> YAMLNode? {
        for _ in 0..<Self.recoveriesMax {
            do {
                let yaml = text.lines.joined(separator: "\n")
                let parser = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8)
                // An anchor lives as long as its parser.
                return try withExtendedLifetime(parser) {
                    guard let node = try parser.nextRoot() else { return nil }
                    let root = converted(node, depth: 0, problems: &problems)
                    try refuseSecondDocument(of: parser, yaml: yaml, problems: &problems)
                    return root
                }
            } catch YamlError.duplicatedKeysInMapping(_, let context) {
                if stepOverKey(at: context.mark.sourceMark) { continue }
                refuse("a key comes twice", at: context.mark.sourceMark, hint: "keep one of them", &problems)
            } catch let error as YamlError {
                let advice = SyntaxAdvice(error, in: text)
                refuse(advice.message, at: advice.mark, hint: advice.hint, &problems)
                if let value = advice.unquoted, stepOver(value) { continue }
            } catch {
                refuse("the file is not YAML", at: SourceMark(line: 1, column: 1), hint: nil, &problems)
            }
            break
        }
        problems.isIncomplete = true
        return nil
    }

    private func refuse(_ message: String, at mark: SourceMark, hint: String?, _ problems: inout ProblemList) {
        let mark = text.clamped(mark)
        problems.refuse(message, at: .file(file, line: mark.line, column: mark.column), hint: hint)
    }

    private func refuseSecondDocument(of parser: Parser, yaml: String, problems: inout ProblemList) throws {
        guard try parser.nextRoot() != nil else { return }
        var mark = SourceMark(line: 1, column: 1)
        do {
            _ = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot()
        } catch YamlError.composer(_, _, let start, _) {
            mark = start.sourceMark
        }
        refuse("a second document (expected one)", at: mark, hint: "put it into a drop-in file of its own", &problems)
    }
}

extension YAMLReader {
    /// Renames the key that begins at `mark`, which Yams would not accept a second time.
    private mutating func stepOverKey(at mark: SourceMark) -> Bool {
        let line = text.scalars(ofLine: mark.line)
        let start = mark.column - 1
        guard patches[mark] == nil, line.indices.contains(start) else { return false }
        let end: Int
        let name: String
        if line[start] == "\"" || line[start] == "'" {
            guard let close = line[(start + 1)...].firstIndex(of: line[start]), close > start + 1 else { return false }
            name = line[(start + 1)..<close].text
            end = close + 1
        } else {
            guard let close = line[start...].indices.first(where: { Self.endsKey(line, at: $0) }), close > start else {
                return false
            }
            name = line[start..<close].text
            end = close
        }
        patches[mark] = .key(name)
        replace(SourceRange(line: mark.line, columns: start..<end))
        return true
    }

    private static func endsKey(_ line: [Unicode.Scalar], at index: Int) -> Bool {
        guard line[index] == ":" || line[index] == " " else { return false }
        let rest = line[index...].drop { $0 == " " }
        guard rest.first == ":" else { return false }
        return rest.count == 1 || [" ", "\t"].contains(rest[rest.startIndex + 1])
    }

    /// Puts a placeholder where a value was complained about; false when its line was tried before.
    private mutating func stepOver(_ value: SourceRange) -> Bool {
        guard patchedLines.insert(value.line).inserted else { return false }
        patches[SourceMark(line: value.line, column: value.columns.lowerBound + 1)] = .value
        replace(value)
        return true
    }

    private mutating func replace(_ range: SourceRange) {
        var line = text.scalars(ofLine: range.line)
        let code = Self.placeholders.lowerBound + UInt32(patches.count)
        guard let placeholder = Unicode.Scalar(code), Self.placeholders.contains(code) else { return }
        line.replaceSubrange(range.columns, with: Array(repeating: placeholder, count: range.columns.count))
        text.lines[range.line - 1] = line[...].text
    }
}

extension YAMLReader {
    private mutating func converted(_ node: Node, depth: Int, problems: inout ProblemList) -> YAMLNode {
        let mark = node.mark?.sourceMark ?? SourceMark(line: 1, column: 1)
        if node.anchor != nil {
            if anchored.insert(mark).inserted {
                refuse("anchors and aliases are not supported", at: mark, hint: "write each value out", &problems)
            }
            return YAMLNode(mark: mark, content: .refused)
        }
        guard depth < Self.depthMax else {
            refuse("nested deeper than \(Self.depthMax) levels", at: mark, hint: nil, &problems)
            return YAMLNode(mark: mark, content: .refused)
        }
        if ![Tag.Name.str, .map, .seq].contains(where: { $0.rawValue == node.tag.rawValue }) {
            refuse("tags are not supported (got \(quoted(node.tag.rawValue)))", at: mark, hint: "remove it", &problems)
            return YAMLNode(mark: mark, content: .refused)
        }
        switch node {
        case .scalar(let scalar):
            if case .value = patches[mark] { return YAMLNode(mark: mark, content: .refused) }
            return YAMLNode(mark: mark, content: .scalar(scalar.string, scalar.style.yamlStyle))
        case .sequence(let items):
            let list = items.map { converted($0, depth: depth + 1, problems: &problems) }
            return YAMLNode(mark: mark, content: .list(list))
        case .mapping(let mapping):
            var entries: [YAMLNode.Entry] = []
            for (key, value) in mapping {
                guard let (name, keyMark) = keyName(key, problems: &problems) else { continue }
                let content = converted(value, depth: depth + 1, problems: &problems)
                entries.append(YAMLNode.Entry(key: name, keyMark: keyMark, value: content))
            }
            return YAMLNode(mark: mark, content: .mapping(entries))
        case .alias:
            refuse("anchors and aliases are not supported", at: mark, hint: "write the value out", &problems)
            return YAMLNode(mark: mark, content: .refused)
        }
    }

    private mutating func keyName(_ key: Node, problems: inout ProblemList) -> (String, SourceMark)? {
        let node = converted(key, depth: 0, problems: &problems)
        if node.isRefused { return nil }
        guard case .scalar(let text, let style) = node.content, !node.isNull, style != .block else {
            refuse("a key must be a word (got \(node.kind))", at: node.mark, hint: nil, &problems)
            return nil
        }
        if case .key(let original) = patches[node.mark] { return (original, node.mark) }
        if text == "<<" {
            let hint = "write the keys out"
            refuse("merge keys are not supported (got \"<<\")", at: node.mark, hint: hint, &problems)
            return nil
        }
        return (text, node.mark)
    }
}

/// A piece of one line; the columns count from 0 here.
struct SourceRange: Sendable, Hashable {
    var line: Int
    var columns: Range<Int>
}

extension ArraySlice<Unicode.Scalar> {
    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: self)
        return String(view)
    }
}

extension Mark {
    var sourceMark: SourceMark { SourceMark(line: line, column: column) }
}

extension Node.Scalar.Style {
    fileprivate var yamlStyle: YAMLNode.Style {
        switch self {
        case .any, .plain: .plain
        case .singleQuoted, .doubleQuoted: .quoted
        case .literal, .folded: .block
        }
    }
}
