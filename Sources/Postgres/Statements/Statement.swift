/// One statement of SQL with its parameters as fields: prepared once a connection, then only bound and executed.
///
/// It stands beside the rule it serves. Enum columns want a cast in the text: `$1::job_state`.
package protocol Statement: Sendable {
    /// What one row becomes.
    associatedtype Output: Sendable = Void

    /// `$1`, `$2`… The same text for every value of the type.
    static var sql: String { get }
    /// What errors and observers call it; the type's name unless said otherwise.
    static var name: String { get }

    /// Appends the parameters in order. The same types in the same order for every value of the type.
    func bind(to bindings: inout Bindings)
    /// Reads the columns in order.
    static func output(from row: inout Row) throws(PostgresError) -> Output
}

extension Statement {
    package static var name: String { String(describing: Self.self) }

    package func bind(to bindings: inout Bindings) {}

    var bindings: Bindings {
        var bindings = Bindings()
        bind(to: &bindings)
        return bindings
    }
}

extension Statement where Output == Void {
    package static func output(from row: inout Row) throws(PostgresError) {}
}
