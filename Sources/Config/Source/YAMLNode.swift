/// A piece of a YAML file and where it begins.
struct YAMLNode: Sendable {
    enum Style: Sendable {
        case plain
        case quoted
        /// Block scalars: `|` and `>`.
        case block
        /// Not from a file.
        case environment
    }

    enum Content: Sendable {
        case scalar(String, Style)
        case mapping([Entry])
        case list([YAMLNode])
        /// Already complained about: to be passed over in silence.
        case refused
    }

    struct Entry: Sendable {
        var key: String
        var keyMark: SourceMark
        var value: YAMLNode
    }

    var mark: SourceMark
    var content: Content

    /// Nothing was written: an empty value, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    var isRefused: Bool {
        if case .refused = content { true } else { false }
    }

    /// What it is, without its value, which may be a secret.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "text"
        case .mapping: "a mapping"
        case .list: "a list"
        case .refused: "something refused"
        }
    }
}
