internal import CLibPQ

/// Reads libpq's text about a session that could not be opened: `…FATAL:  28P01: password authentication failed…`.
enum ConnectFailure {
    static func error(of handle: OpaquePointer) -> PostgresError {
        error(text: String(cString: PQerrorMessage(handle)))
    }

    static func error(text: String) -> PostgresError {
        // A host may have several addresses, each with a line of its own; an indented line comments the one before.
        let lines = text.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("LOCATION") && !$0.hasPrefix("\t")
        }
        for line in lines.reversed() {
            guard let state = sqlState(in: line) else { continue }
            let code =
                SQLState.code(state) == .authenticationFailed
                ? .authenticationFailed : PostgresError.Code.connectionFailed
            let message = line.firstRange(of: state + ": ").map { String(line[$0.upperBound...]) } ?? line
            return PostgresError(code, message, sqlState: state, hint: hint(for: code))
        }
        return PostgresError(.connectionFailed, lines.last.map(withoutPlace) ?? "the connection failed")
    }

    /// `connection to server at "a", port 5432 failed: session is read-only` becomes its end: whoever shows it names
    /// the place, which libpq spells twice as long.
    private static func withoutPlace(_ line: String) -> String {
        guard line.hasPrefix("connection to server "), let end = line.firstRange(of: " failed: ") else { return line }
        return String(line[end.upperBound...])
    }

    /// Five characters after a colon, a digit among them: `FATAL` has five as well.
    private static func sqlState(in line: String) -> String? {
        for part in line.split(separator: ":").dropFirst() {
            let word = part.drop { $0 == " " }
            let isState =
                word.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) } && word.contains(where: \.isNumber)
            if word.count == 5, isState { return String(word) }
        }
        return nil
    }

    private static func hint(for code: PostgresError.Code) -> String? {
        code == .authenticationFailed
            ? "check the user, the database's name, the password and pg_hba.conf" : nil
    }
}

extension PostgresAddress {
    /// What every session asks for, beside what the address says.
    func forSession(_ options: ConnectionOptions) -> PostgresAddress {
        var address = setting("options", to: SessionSettings(options).options(with: self["options"]))
            .setting("client_encoding", to: "UTF8")
            .setting("application_name", to: self["application_name"] ?? options.applicationName)
        // A peer that vanished is noticed within seconds; an address may say otherwise.
        for (name, value) in [
            ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "10000"),
        ] where self[name] == nil {
            address = address.setting(name, to: value)
        }
        return address
    }
}
