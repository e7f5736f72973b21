import Testing

/// A file that must be refused. `▸` stands before each place that an error must name, in order, and is taken out before
/// the file is read; `pieces` are parts of the errors' texts.
struct BrokenInput: Sendable, CustomTestStringConvertible {
    var marked: String
    var pieces: [String]

    init(_ marked: String, _ pieces: String...) {
        self.init(marked, pieces)
    }

    private init(_ marked: String, _ pieces: [String]) {
        self.marked = marked
        self.pieces = pieces
    }

    /// A schedule whose expression is what follows `cron:`, the blank included.
    static func cron(_ marked: String, _ pieces: String...) -> BrokenInput {
        BrokenInput("schedules:\n  a:\n    kind: k\n    zone: UTC\n    cron:\(marked)\n", pieces)
    }

    /// A schedule on one line that says something more.
    static func flow(_ marked: String, _ pieces: String...) -> BrokenInput {
        BrokenInput("schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: UTC, \(marked)}\n", pieces)
    }

    var text: String { marked.replacing("▸", with: "") }

    /// Line and column of each mark, both from 1.
    var places: [[Int]] {
        var places: [[Int]] = []
        var (line, column) = (1, 1)
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "▸": places.append([line, column])
            case "\n": (line, column) = (line + 1, 1)
            default: column += 1
            }
        }
        return places
    }

    var testDescription: String { marked.replacing("\n", with: "⏎") }
}
