/// Collects rows for a COPY into a table. The types of the values are those of the columns, exactly: the binary format
/// converts nothing, so an Int in an int4 column is refused here, before the server would misread it.
package struct CopyWriter {
    private var writer = WireWriter()
    private let columns: [CopyColumn]
    private var nextColumn: Int
    private(set) var rowCount = 0

    init(columns: [CopyColumn]) {
        self.columns = columns
        nextColumn = columns.count
        writer.raw(CopyFormat.signature)
        writer.integer(UInt32(0))
        writer.integer(Int32(0))
    }

    /// Begins a row. The one before must be complete.
    package mutating func row(columns count: Int) {
        checkRowIsComplete()
        if count != columns.count { writer.fail("the row has \(count) columns, the COPY \(columns.count)") }
        writer.integer(Int16(truncatingIfNeeded: columns.count))
        nextColumn = 0
        rowCount += 1
    }

    /// Appends the value of the row's next column.
    package mutating func append<T: PostgresEncodable>(_ value: T) {
        guard nextColumn < columns.count else {
            return writer.fail("the row has more values than the COPY has columns")
        }
        let column = columns[nextColumn]
        nextColumn += 1
        if column.type != T.wireType.oid, !column.takesText(of: T.wireType) {
            return writer.fail(
                "column \(column.name) has type oid \(column.type), the value is \(T.wireType.name)",
                hint: "give the value in the column's own type: Int32 for int4, Int16 for int2")
        }
        writer.sized(value)
    }

    var byteCount: Int { writer.bytes.count }
    var bytes: [UInt8] { writer.bytes }
    var failure: PostgresError? { writer.failure }

    mutating func removeBytes() {
        writer.removeAll()
    }

    mutating func end() {
        checkRowIsComplete()
        writer.integer(CopyFormat.trailer)
    }

    private mutating func checkRowIsComplete() {
        if nextColumn != columns.count { writer.fail("the row has fewer values than the COPY has columns") }
    }
}

/// A column that a COPY fills.
struct CopyColumn: Sendable {
    let name: String
    /// The object id of its type; of a domain, its base type's.
    let type: UInt32

    /// Text goes into every type whose binary format is its text.
    func takesText(of wireType: WireType) -> Bool {
        guard wireType == .text else { return false }
        return [WireType.varchar, .bpchar, .name].contains { $0.oid == type } || type >= WireType.firstUserDefined
    }
}

/// The columns of a table in the order asked for; fewer when some do not exist.
struct ReadCopyColumns: Statement {
    let table: String
    let columns: [String]

    static let sql = """
        SELECT a.attname, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        FROM unnest($2) WITH ORDINALITY AS wanted (name, position)
        JOIN pg_attribute a
            ON a.attrelid = $1::regclass AND a.attname = wanted.name AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        ORDER BY wanted.position
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(table)
        bindings.append(columns)
    }

    static func output(from row: inout Row) throws(PostgresError) -> CopyColumn {
        CopyColumn(name: try row.next(), type: UInt32(truncatingIfNeeded: try row.next(Int64.self)))
    }
}
