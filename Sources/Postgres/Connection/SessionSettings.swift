/// What every session asks of the server, whatever the server's own defaults are.
///
/// They travel in the start-up packet. A pooler that refuses them, or takes them and passes none on, gets them once
/// more as statements: that costs a round trip, and only behind a pooler.
struct SessionSettings {
    /// In the order in which they are said: later ones win.
    private(set) var values: [(name: String, value: String)]

    /// An address's own `options` win over these.
    private static let defaults = [
        // The machine at the other end finds out, too, that this one has vanished: what it held is free within seconds.
        ("client_connection_check_interval", "5000"),
        ("tcp_keepalives_count", "3"),
        ("tcp_keepalives_idle", "5"),
        ("tcp_keepalives_interval", "2"),
        ("tcp_user_timeout", "10000"),
        // Statements outside of `transaction { }` are written for it.
        ("default_transaction_isolation", "read committed"),
        // Limits that a server sets for people would end what a daemon does for long.
        ("idle_in_transaction_session_timeout", "0"),
        ("idle_session_timeout", "0"),
        ("lock_timeout", "0"),
        ("statement_timeout", "0"),
        ("timezone", "UTC"),
    ]

    /// A setting that servers report and nothing here depends on: it tells whether the others arrived.
    static let mark = (name: "IntervalStyle", value: "iso_8601")

    /// What the server says when it is a pooler that takes no `options`.
    static func isRefusal(_ error: PostgresError) -> Bool {
        error.sqlState == "08P01" && error.message.contains("startup parameter")
    }

    init(_ options: ConnectionOptions) {
        values = Self.defaults
        if let timeout = options.statementTimeout {
            values.append(("statement_timeout", "\(Int(timeout / .milliseconds(1)))ms"))
        }
        values += options.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        values.append((Self.mark.name, Self.mark.value))
    }

    /// As the keyword `options` of an address that has `own` ones already.
    func options(with own: String?) -> String {
        let words = values.map { "-c \($0.name)=\(Self.escaped($0.value))" }
        guard let own else { return words.joined(separator: " ") }
        // Defaults before the address's own, what the code asked for after them.
        let split = Self.defaults.count
        return (words[..<split] + [own] + words[split...]).joined(separator: " ")
    }

    /// The same as one text of statements.
    var statements: String {
        values.map { "SET \($0.name) = '\($0.value.replacing("'", with: "''"))'" }.joined(separator: "; ")
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }
}
