/// The limits of names and keys, the same as the schema's CHECKs: what is wrong is told before it reaches the database.
enum EffectName {
    static let nameMax = 60
    static let keyBytesMax = 200
    static let contentBytesMax = 1 << 20
    /// What the history and the parked rows keep of a text from outside.
    static let detailMax = 2_000
    static let codeMax = 120
    static let remoteMax = 255

    /// A target, an operation, a source or a kind: lowercase letters, digits, `.`, `_`, `-`.
    static func requireName(_ text: String, of what: String) throws(EffectError) {
        let isFit = text.utf8.allSatisfy { isPlain($0) || [UInt8(ascii: "."), 0x5F, 0x2D].contains($0) }
        guard let first = text.utf8.first, isPlain(first), isFit, text.utf8.count <= nameMax else {
            throw EffectError(
                .invalid, "\(shown(text)) is no name of \(what)",
                hint: "1 to \(nameMax) of a-z, 0-9, '.', '_', '-', beginning with a letter or a digit")
        }
    }

    /// Visible ASCII: no two keys look alike, whatever made them.
    static func requireKey(_ text: String, of what: String) throws(EffectError) {
        guard (1...keyBytesMax).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw EffectError(
                .invalid, "\(shown(text)) is no \(what)", hint: "1 to \(keyBytesMax) visible ASCII characters, no space"
            )
        }
    }

    static func requireContent(_ bytes: [UInt8], of what: String) throws(EffectError) {
        guard bytes.count <= contentBytesMax else {
            throw EffectError(
                .invalid, "\(what) has \(bytes.count) bytes", hint: "at most \(contentBytesMax) bytes are kept")
        }
    }

    /// A text from outside, as long as a column takes, without what PostgreSQL refuses. Never empty.
    static func kept(_ text: String, max: Int = detailMax) -> String {
        let kept = String(String.UnicodeScalarView(text.unicodeScalars.lazy.filter { $0 != "\0" }.prefix(max)))
        return kept.isEmpty ? "-" : kept
    }

    private static func shown(_ text: String) -> String {
        let start = text.unicodeScalars.prefix(40).map { $0.isASCII && $0.value >= 32 ? String($0) : "?" }.joined()
        return text.isEmpty ? "an empty text" : "'\(start)\(text.unicodeScalars.count > 40 ? "…" : "")'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
