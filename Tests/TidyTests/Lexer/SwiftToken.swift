/// One word, sign or literal of Swift source, as far as the rules need to tell them apart.
struct SwiftToken: Hashable {
    enum Kind {
        /// A keyword, an identifier or a directive such as `#if`; backticks are not part of the text.
        case word
        case number
        /// A single character of punctuation or of an operator: `->` is two signs.
        case sign
        /// The raw characters of a string literal between its quotes and interpolations.
        case text
        case regex
    }

    var kind: Kind
    var text: String
    var line: Int
    var isBackticked = false

    func isWord(_ expected: String) -> Bool {
        kind == .word && !isBackticked && text == expected
    }

    func isSign(_ expected: String) -> Bool {
        kind == .sign && text == expected
    }

    /// Whether both are the same code, wherever they stand.
    func reads(as other: SwiftToken) -> Bool {
        kind == other.kind && text == other.text && isBackticked == other.isBackticked
    }
}

/// A comment, from its first to its last line.
struct SwiftComment: Hashable {
    var text: String
    var lines: ClosedRange<Int>
    var isDocumentation: Bool
    /// False when code stands before it on its first line.
    var standsAlone: Bool
}
