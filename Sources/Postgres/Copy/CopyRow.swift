/// One row that a COPY brings, read column by column. Valid only inside the closure that it is given to.
package struct CopyRow {
    @usableFromInline var rest: UnsafeRawBufferPointer
    @usableFromInline var column = 0
    package let columnCount: Int

    /// `bytes` hold the fields of the row, each after its length; their lengths have been checked.
    init(bytes: UnsafeRawBufferPointer, columnCount: Int) {
        rest = bytes
        self.columnCount = columnCount
    }

    /// Reads the next column. NULL is read as an optional. COPY tells no types: sizes alone are checked.
    @inlinable
    package mutating func next<T: PostgresDecodable>(_: T.Type = T.self) throws(PostgresError) -> T {
        guard column < columnCount else { throw missingColumn("\(T.self)") }
        defer { column += 1 }
        return try T(from: Field(bytes: takeBytes(), type: 0, column: column))
    }

    /// Passes over the next column.
    package mutating func skip() {
        guard column < columnCount else { return }
        _ = takeBytes()
        column += 1
    }

    @inlinable
    mutating func takeBytes() -> UnsafeRawBufferPointer? {
        let length = Int(Int32(bigEndian: rest.loadUnaligned(as: Int32.self)))
        guard length >= 0 else {
            rest = UnsafeRawBufferPointer(rebasing: rest[4...])
            return nil
        }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[(4 + length)...]) }
        return UnsafeRawBufferPointer(rebasing: rest[4..<(4 + length)])
    }

    @usableFromInline
    func missingColumn(_ expected: String) -> PostgresError {
        PostgresError(.decoding, "column \(column) does not exist: the row has \(columnCount), expected \(expected)")
    }
}
