internal import CLibPQ

/// Where a database is: a libpq URI or `key=value` text, possibly with several hosts. Its description hides the
/// password.
package struct PostgresAddress: Sendable, Hashable {
    /// Keywords of libpq and their values, in the order of libpq's own table.
    private(set) var keywords: [Keyword]

    struct Keyword: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// Fails when libpq cannot read `uri`; its complaint is passed on without the text, which may hold a password.
    package init(uri: String) throws(PostgresError) {
        var complaint: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(uri, &complaint) else {
            PQfreemem(complaint)
            throw PostgresError(
                .misuse, "the database address cannot be read",
                hint: "write it as postgresql://user@host:5432/database, with : / @ ? # of the password percent-encoded"
            )
        }
        defer { PQconninfoFree(options) }
        keywords = []
        var cursor = options
        while let name = cursor.pointee.keyword {
            if let value = cursor.pointee.val {
                keywords.append(Keyword(name: String(cString: name), value: String(cString: value)))
            }
            cursor += 1
        }
    }

    package subscript(_ name: String) -> String? {
        keywords.first { $0.name == name }?.value
    }

    /// The same address with one keyword set, or without it when `value` is nil.
    package func setting(_ name: String, to value: String?) -> PostgresAddress {
        var copy = self
        copy.keywords.removeAll { $0.name == name }
        if let value { copy.keywords.append(Keyword(name: name, value: value)) }
        return copy
    }

    /// One address a host, in the order given. Hosts without a port of their own share the only port.
    var hosts: [PostgresAddress] {
        let names = list("host")
        let numeric = list("hostaddr")
        let ports = list("port")
        let count = max(names.count, numeric.count)
        guard count > 1 else { return [self] }
        return (0..<count).map { index in
            func pick(_ values: [String]) -> String? {
                values.count == 1 ? values[0] : index < values.count ? values[index] : nil
            }
            func nonEmpty(_ value: String?) -> String? { value?.isEmpty == true ? nil : value }
            return setting("host", to: nonEmpty(index < names.count ? names[index] : nil))
                .setting("hostaddr", to: nonEmpty(index < numeric.count ? numeric[index] : nil))
                .setting("port", to: nonEmpty(pick(ports)))
        }
    }

    /// The address's own time limit for one host, which libpq itself heeds only where it blocks.
    var connectTimeout: Duration? {
        guard let seconds = self["connect_timeout"].flatMap({ Int($0) }), seconds > 0 else { return nil }
        return .seconds(seconds)
    }

    /// The host as an operator knows it, with its port when one was given.
    var hostName: String {
        let host = self["host"] ?? self["hostaddr"] ?? "the default host"
        return self["port"].map { "\(host):\($0)" } ?? host
    }

    private func list(_ name: String) -> [String] {
        self[name]?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
    }
}

extension PostgresAddress: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        keywords.map { keyword in
            let isSecret = keyword.name == "password" || keyword.name == "sslpassword"
            return "\(keyword.name)=\(isSecret ? "***" : keyword.value)"
        }.joined(separator: " ")
    }

    package var debugDescription: String { description }
}
