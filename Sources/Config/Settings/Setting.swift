/// One key: its name, what it takes, and where it goes.
struct Setting<Root>: Sendable {
    typealias Assignment = @Sendable (inout Root) -> Void

    /// Its name with its sections', such as `engine.workers`; a schedule's key has no sections.
    let path: String
    /// What it takes, in words.
    let expected: String
    /// The variable that overrides the files.
    var variable: String?
    /// A variable that replaces the default, and that the files override.
    var ambientVariable: String?
    /// What it was written as, when that is never shown; nil: it is no secret.
    var secretText: (@Sendable (Root) -> String)?
    /// Has no default.
    var isRequired = false
    /// A running daemon goes on with the old value.
    var waitsForRestart = false
    /// Makes of a piece of YAML what writes it into the configuration.
    let parse: @Sendable (YAMLNode) throws(SettingProblem) -> Assignment
    let show: @Sendable (Root) -> ConfigurationValue

    /// Never shown as it was written.
    var isSecret: Bool { secretText != nil }

    /// A setting written as one word or text.
    init(
        _ path: String, expected: String, read: @escaping @Sendable (SettingText) throws(SettingProblem) -> Assignment,
        show: @escaping @Sendable (Root) -> ConfigurationValue
    ) {
        self.init(
            path, expected: expected, parseNode: { node throws(SettingProblem) in try read(SettingText(node)) },
            show: show)
    }

    /// A setting that may be more than one word.
    init(
        _ path: String, expected: String,
        parseNode: @escaping @Sendable (YAMLNode) throws(SettingProblem) -> Assignment,
        show: @escaping @Sendable (Root) -> ConfigurationValue
    ) {
        self.path = path
        self.expected = expected
        self.parse = parseNode
        self.show = show
    }

    /// The same, with a variable that overrides it.
    func overridden(by variable: String, ambient: String? = nil) -> Setting {
        var copy = self
        copy.variable = variable
        copy.ambientVariable = ambient
        return copy
    }

    /// The same, without a default.
    func required() -> Setting {
        var copy = self
        copy.isRequired = true
        return copy
    }

    /// The same, never shown; `text` is what two configurations are compared by.
    func secret(_ text: @escaping @Sendable (Root) -> String) -> Setting {
        var copy = self
        copy.secretText = text
        return copy
    }

    /// The same, read once by a daemon, when it starts.
    func needsRestart() -> Setting {
        var copy = self
        copy.waitsForRestart = true
        return copy
    }
}

extension Setting {
    /// Parses, and fills in what was expected and found where the parser left that open.
    func assignment(from node: YAMLNode) throws(SettingProblem) -> Assignment {
        do {
            return try parse(node)
        } catch {
            var problem = error
            if isRequired, node.isNull { problem.hint = "write one" }
            if problem.expected == nil, problem.position == nil, problem.mark == nil { problem.expected = expected }
            if problem.got == nil, problem.position == nil, problem.mark == nil {
                problem.got = isSecret && !node.isNull ? "\(node.kind) that is not shown" : Self.description(of: node)
            }
            throw problem
        }
    }

    private static func description(of node: YAMLNode) -> String {
        guard case .scalar(let text, _) = node.content, !node.isNull else { return node.kind }
        return quoted(text)
    }
}

/// A word or text, and whether it stood in quotes.
struct SettingText {
    let text: String
    let style: YAMLNode.Style

    private static let lengthMax = 4_096

    init(_ node: YAMLNode) throws(SettingProblem) {
        guard case .scalar(let text, let style) = node.content else {
            throw SettingProblem(complaint: "takes one value", hint: "write it on the key's own line")
        }
        if node.isNull {
            throw SettingProblem(
                complaint: "has no value", hint: "write one, or leave the line out to keep the default")
        }
        guard text.utf8.count <= Self.lengthMax else {
            throw SettingProblem(complaint: "is too long", expected: "at most \(Self.lengthMax) bytes")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" }) else {
            throw SettingProblem(complaint: "holds a control character", hint: "write it in one line")
        }
        self.text = text
        self.style = style
    }

    /// Quotes make a text of a number or a flag.
    var isQuoted: Bool { style == .quoted || style == .block }
}
