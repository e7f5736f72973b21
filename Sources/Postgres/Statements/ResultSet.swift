internal import CLibPQ

/// The result of one statement.
///
/// `@unchecked Sendable`: libpq never changes a PGresult once it has handed it out, this class is its only owner, and
/// only the functions that read it are called.
final class ResultSet: @unchecked Sendable {
    let handle: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    init(_ handle: OpaquePointer) {
        self.handle = handle
        rowCount = Int(PQntuples(handle))
        columnCount = Int(PQnfields(handle))
    }

    deinit { PQclear(handle) }

    var status: ExecStatusType { PQresultStatus(handle) }

    /// Rows inserted, updated, deleted or selected, as the server counts them.
    var rowsAffected: Int {
        Int(String(cString: PQcmdTuples(handle))) ?? 0
    }

    /// What the server says it did: `COMMIT`, `ROLLBACK`…
    var commandTag: String { String(cString: PQcmdStatus(handle)) }

    func field(row: Int32, column: Int32) -> Field {
        let type = PQftype(handle, column)
        guard PQgetisnull(handle, row, column) == 0, let value = PQgetvalue(handle, row, column) else {
            return Field(bytes: nil, type: type, column: Int(column))
        }
        let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(handle, row, column)))
        return Field(bytes: bytes, type: type, column: Int(column))
    }

    func columnName(_ column: Int32) -> String {
        PQfname(handle, column).map { String(cString: $0) } ?? ""
    }
}
