/// Named values, one a line, the values under each other.
struct Facts: Sendable {
    private var entries: [(name: String, cell: Table.Cell)] = []

    var isEmpty: Bool { entries.isEmpty }

    /// Adds a line; nothing when there is no value.
    mutating func add(_ name: String, _ value: String?, _ style: Style? = nil) {
        guard let value else { return }
        entries.append((name, Table.Cell(value, style)))
    }

    /// The lines, each after `indent` spaces.
    func text(for stream: TextStream, indent: Int = 0) -> String {
        let width = entries.map(\.name.count).max() ?? 0
        let margin = String(repeating: " ", count: indent)
        return entries.map { entry in
            let padding = String(repeating: " ", count: width - entry.name.count + 2)
            return margin + stream.styled(entry.name, .faint) + padding
                + stream.styled(entry.cell.text, entry.cell.style) + "\n"
        }.joined()
    }
}
