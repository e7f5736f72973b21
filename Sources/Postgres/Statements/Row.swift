/// One row of a result, read column by column. Copies share the result and read on their own.
package struct Row: Sendable {
    private let result: ResultSet
    private let index: Int32
    private var column: Int32 = 0

    init(_ result: ResultSet, index: Int) {
        self.result = result
        self.index = Int32(index)
    }

    package var columnCount: Int { result.columnCount }

    /// The columns' names in order.
    package var columnNames: [String] {
        (0..<columnCount).map { result.columnName(Int32($0)) }
    }

    /// Reads the next column. NULL is read as an optional.
    package mutating func next<T: PostgresDecodable>(_: T.Type = T.self) throws(PostgresError) -> T {
        guard column < columnCount else {
            throw PostgresError(
                .decoding, "column \(column) does not exist: the row has \(columnCount), expected \(T.self)")
        }
        defer { column += 1 }
        return try withExtendedLifetime(result) { () throws(PostgresError) in
            try T(from: result.field(row: index, column: column))
        }
    }

    /// Passes over the next column.
    package mutating func skip() {
        column += 1
    }
}
