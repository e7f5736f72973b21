/// A type, function, initializer, subscript or computed property, with where it stands.
struct Declaration: Hashable {
    enum Kind {
        case type
        case function
        case initializer
        case property
    }

    var kind: Kind
    /// `struct`, `extension`, `func`, `init`, …
    var keyword: String
    var name: String
    var modifiers: Set<String> = []
    var attributes: Set<String> = []
    /// The words after the colon of a type.
    var inherited: [String] = []
    /// The line of its first attribute or modifier.
    var firstLine: Int
    /// The line of its keyword.
    var line: Int
    /// The line of its closing brace.
    var endLine: Int
    /// The index of the declaration whose braces it stands in.
    var parent: Int?
    /// It stands in the body of a function or in a block.
    var isLocal = false

    var lineCount: Int { endLine - line + 1 }
    var isPrivate: Bool { modifiers.contains("private") || modifiers.contains("fileprivate") }
    /// A name in backticks that is a sentence, or the old prefix.
    var looksLikeTest: Bool { kind == .function && (name.contains(" ") || name.hasPrefix("test")) }
}
