/// Rows under headings, each column as wide as its widest cell.
struct Table: Sendable {
    struct Column: Sendable {
        var heading: String
        var isNumeric = false

        static func text(_ heading: String) -> Column { Column(heading: heading) }
        static func number(_ heading: String) -> Column { Column(heading: heading, isNumeric: true) }
    }

    struct Cell: Sendable, ExpressibleByStringLiteral {
        var text: String
        var style: Style?

        init(_ text: String, _ style: Style? = nil) {
            self.text = printable(text)
            self.style = style
        }

        init(_ number: Int) { self.init(String(number)) }

        /// A dash where there is nothing.
        init(_ text: String?) { self.init(text ?? "-", text == nil ? .faint : nil) }

        /// A state in its colour.
        init(state: String) { self.init(state, Style(state: state)) }

        init(stringLiteral text: String) { self.init(text) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []
    private static let gap = "  "

    init(_ columns: [Column]) {
        self.columns = columns
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell a column")
        rows.append(cells)
    }

    /// The whole table as text for `stream`: cut to its width if it has one.
    func text(for stream: TextStream) -> String {
        let widths = columns.indices.map { index in
            max(columns[index].heading.count, rows.map { $0[index].text.count }.max() ?? 0)
        }
        var text = line(columns.map { Cell($0.heading, .bold) }, widths: widths, stream: stream)
        for row in rows { text += line(row, widths: widths, stream: stream) }
        return text
    }

    private func line(_ cells: [Cell], widths: [Int], stream: TextStream) -> String {
        var line = ""
        var room = stream.columns ?? .max
        for (index, cell) in cells.enumerated() {
            guard room > 0 else { break }
            let isLast = index == cells.count - 1
            let shown = cell.text.count > room ? cell.text.prefix(room - 1) + "…" : cell.text
            let padding = String(
                repeating: " ", count: min(max(widths[index] - shown.count, 0), max(room - shown.count, 0)))
            let styled = stream.styled(shown, cell.style)
            if columns[index].isNumeric { line += padding + styled } else { line += isLast ? styled : styled + padding }
            room -= shown.count + padding.count + Self.gap.count
            if !isLast, room > 0 { line += Self.gap }
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
