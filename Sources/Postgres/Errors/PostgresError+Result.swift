internal import CLibPQ

extension PostgresError {
    /// What the server reported, without its details and context: both quote data.
    init(_ result: ResultSet) {
        func field(_ code: Int32) -> String? {
            PQresultErrorField(result.handle, code).map { String(cString: $0) }
        }
        let state = field(DiagnosticField.sqlState)
        let text = field(DiagnosticField.primaryMessage) ?? String(cString: PQresultErrorMessage(result.handle))
        let firstLine = text.split(separator: "\n").first.map(String.init) ?? "the server reported an error"
        let message = state.map(SQLState.mayQuoteValues) == true ? Self.withoutQuotedParts(firstLine) : firstLine
        self.init(.connectionLost, message, sqlState: state, hint: field(DiagnosticField.hint))
        if let state { code = SQLState.code(state) }
        if SQLState.isOfForeignSession(state) {
            hint = "if a pooler stands in between, it must be in session mode"
        }
        let severity = field(DiagnosticField.severity)
        if severity == "FATAL" || severity == "PANIC" { code = .connectionLost }
        if state == SQLState.featureNotSupported, field(DiagnosticField.function) == "RevalidateCachedQuery" {
            code = .staleStatement
        }
        schema = field(DiagnosticField.schema)
        table = field(DiagnosticField.table)
        column = field(DiagnosticField.column)
        constraint = field(DiagnosticField.constraint)
        position = field(DiagnosticField.position).flatMap { Int($0) }
    }

    /// `invalid input syntax for type integer: "4111…"` becomes `invalid input syntax for type integer: "…"`.
    static func withoutQuotedParts(_ message: String) -> String {
        let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return message }
        return parts[0] + "\"…\"" + (parts.count > 2 ? parts[parts.count - 1] : "")
    }
}

/// The field codes of libpq-fe.h, which Swift does not import: they are character macros.
private enum DiagnosticField {
    static let severity = Int32(UInt8(ascii: "V"))
    static let sqlState = Int32(UInt8(ascii: "C"))
    static let primaryMessage = Int32(UInt8(ascii: "M"))
    static let hint = Int32(UInt8(ascii: "H"))
    static let position = Int32(UInt8(ascii: "P"))
    static let schema = Int32(UInt8(ascii: "s"))
    static let table = Int32(UInt8(ascii: "t"))
    static let column = Int32(UInt8(ascii: "c"))
    static let constraint = Int32(UInt8(ascii: "n"))
    static let function = Int32(UInt8(ascii: "R"))
}
