/// One value of a row as it came from the server: valid only while it is being decoded.
package struct Field {
    /// Nil for NULL.
    package let bytes: UnsafeRawBufferPointer?
    /// The object id of the column's type; zero where the wire does not tell it (COPY, elements of unknown arrays).
    package let type: UInt32
    /// Counted from 0.
    package let column: Int

    @inlinable
    package init(bytes: UnsafeRawBufferPointer?, type: UInt32, column: Int) {
        self.bytes = bytes
        self.type = type
        self.column = column
    }

    /// The bytes of a value that must not be NULL.
    package func required(_ expected: WireType) throws(PostgresError) -> UnsafeRawBufferPointer {
        guard let bytes else {
            throw PostgresError(
                .decoding, "column \(column) is NULL, expected \(expected.name)", hint: "read it as an optional")
        }
        return bytes
    }

    /// The big-endian integer that fills the value exactly.
    package func integer<T: FixedWidthInteger>(
        _: T.Type, _ expected: WireType
    ) throws(PostgresError) -> T {
        let bytes = try required(expected)
        guard bytes.count == MemoryLayout<T>.size else { throw mismatch(expected) }
        return T(bigEndian: bytes.loadUnaligned(as: T.self))
    }

    /// The error of a value whose type or size is not the expected one.
    package func mismatch(_ expected: WireType) -> PostgresError {
        let got = type == 0 ? "\(bytes?.count ?? 0) bytes" : "type oid \(type)"
        return PostgresError(
            .decoding, "column \(column): expected \(expected.name) (oid \(expected.oid)), got \(got)",
            hint: "cast the column in the statement or read it as another type")
    }

    /// Whether the column's type is `expected`, or is not known.
    package func isA(_ expected: WireType) -> Bool {
        type == expected.oid || type == 0
    }
}
