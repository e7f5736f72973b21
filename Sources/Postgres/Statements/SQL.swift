/// A statement written where it is used. `"\(value)"` binds a parameter; `"\(unsafe: text)"` splices text as it is;
/// `"\(identifier: name)"` splices a quoted name.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    private var fragments: [String]
    private var values: [any PostgresEncodable]

    /// Raw text. The caller vouches for it.
    package init(unsafe text: String) {
        fragments = [text]
        values = []
    }

    package init(stringLiteral text: String) {
        self.init(unsafe: text)
    }

    package init(stringInterpolation: StringInterpolation) {
        fragments = stringInterpolation.fragments
        values = stringInterpolation.values
    }

    /// Collects text and values while a literal is built.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var fragments = [""]
        fileprivate var values: [any PostgresEncodable] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            fragments[fragments.count - 1] += literal
        }

        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            values.append(value)
            fragments.append("")
        }

        /// Stated apart from the one above: the compiler warns of optionals that are interpolated as anything else.
        package mutating func appendInterpolation<T: PostgresEncodable>(_ value: T?) {
            values.append(value)
            fragments.append("")
        }

        package mutating func appendInterpolation(unsafe text: String) {
            appendLiteral(text)
        }

        package mutating func appendInterpolation(identifier name: String) {
            appendLiteral(quotedIdentifier(name))
        }

        /// Splices another statement with its parameters.
        package mutating func appendInterpolation(_ sql: SQL) {
            for (index, fragment) in sql.fragments.enumerated() {
                if index > 0 {
                    values.append(sql.values[index - 1])
                    fragments.append("")
                }
                appendLiteral(fragment)
            }
        }
    }

    /// The text with `$n` for its parameters.
    var text: String {
        var text = fragments[0]
        for index in values.indices { text += "$\(index + 1)" + fragments[index + 1] }
        return text
    }

    /// The text with its parameters written as literals: for COPY, which takes no parameters.
    var textWithLiterals: String {
        var text = fragments[0]
        for index in values.indices { text += values[index].literal + fragments[index + 1] }
        return text
    }

    var bindings: Bindings {
        var bindings = Bindings()
        for value in values { bindings.append(value) }
        return bindings
    }
}
