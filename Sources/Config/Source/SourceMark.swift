/// A place in a file: line and column from 1, columns in Unicode scalars.
struct SourceMark: Sendable, Hashable, Comparable {
    var line: Int
    var column: Int

    static func < (left: SourceMark, right: SourceMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
