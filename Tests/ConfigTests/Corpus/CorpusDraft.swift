/// A sample file under damage: its lines, what each of them says, and where an error must be reported.
///
/// Knows nothing of the reader under test: it finds keys by their indentation, and columns by counting scalars.
struct CorpusDraft: Sendable {
    /// One line, which remembers its faults while others are put before it.
    struct Line: Sendable {
        var text: String
        /// The keys above it and its own; empty for comments and blank lines.
        var path: [String] = []
        /// Scalars before the key.
        var indent = 0
        /// What stands after the colon, without a comment.
        var value = ""
        /// Columns, from 1, that an error must name.
        var faults: [Int] = []
        /// Damaged, or bound to another damage: not to be damaged again.
        var isTaken = false

        var key: String { path.last ?? "" }
        var isPayload: Bool { path.count > 2 && path[0] == "schedules" && path[2] == "payload" }
        var isSetting: Bool { !path.isEmpty && !value.isEmpty && !isPayload }
    }

    var lines: [Line]

    init(_ text: String) {
        var stack: [(indent: Int, key: String)] = []
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.line(String($0), &stack) }
    }

    private static func line(_ text: String, _ stack: inout [(indent: Int, key: String)]) -> Line {
        let indent = text.prefix { $0 == " " }.count
        let rest = text.dropFirst(indent)
        guard let first = rest.first, first != "#", let colon = rest.firstIndex(of: ":") else {
            return Line(text: text)
        }
        while let last = stack.last, last.indent >= indent { stack.removeLast() }
        stack.append((indent, String(rest[..<colon])))
        let value = rest[rest.index(after: colon)...].drop { $0 == " " }
        return Line(text: text, path: stack.map(\.key), indent: indent, value: String(value))
    }

    /// The whole text.
    var text: String { lines.map(\.text).joined(separator: "\n") }

    /// Line and column of each error that must be reported, in order.
    var places: [[Int]] {
        lines.enumerated().flatMap { index, line in line.faults.sorted().map { [index + 1, $0] } }
    }

    /// The lines that may be damaged and fit.
    func candidates(_ isFit: (Line) -> Bool) -> [Int] {
        lines.indices.filter { !lines[$0].isTaken && !lines[$0].path.isEmpty && isFit(lines[$0]) }
    }

    /// The lines below the one at `index` that belong to it.
    func children(of index: Int) -> [Int] {
        let path = lines[index].path
        return lines.indices.filter { lines[$0].path.count > path.count && lines[$0].path.starts(with: path) }
    }

    /// The line of a key; nil when it is not there.
    func line(of path: [String]) -> Int? {
        lines.firstIndex { $0.path == path }
    }
}

extension CorpusDraft {
    /// Replaces a line. `▸` stands before each place that an error must name.
    mutating func put(_ marked: String, at index: Int) {
        lines[index].faults = []
        var column = 1
        var text = String.UnicodeScalarView()
        for scalar in marked.unicodeScalars {
            if scalar == "▸" {
                lines[index].faults.append(column)
            } else {
                text.append(scalar)
                column += 1
            }
        }
        lines[index].text = String(text)
        lines[index].isTaken = true
    }

    /// Replaces a line's value, as `put`.
    mutating func setValue(_ marked: String, at index: Int, gap: String = " ") {
        let line = lines[index]
        put(String(repeating: " ", count: line.indent) + line.key + ":" + gap + marked, at: index)
    }

    /// Puts a new line before the one at `index`, as `put`.
    mutating func insert(_ marked: String, at index: Int) {
        lines.insert(Line(text: ""), at: index)
        put(marked, at: index)
    }

    /// Takes lines out.
    mutating func remove(_ indices: some Sequence<Int>) {
        for index in indices.sorted(by: >) { lines.remove(at: index) }
    }

    /// Says that an error must name the key of a line.
    mutating func blameKey(at index: Int) {
        lines[index].faults = [lines[index].indent + 1]
        lines[index].isTaken = true
    }

    /// Keeps lines from being damaged.
    mutating func take(_ indices: some Sequence<Int>) {
        for index in indices { lines[index].isTaken = true }
    }
}
