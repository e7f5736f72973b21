/// Which texts can be the name of a zone.
enum ZoneName {
    /// The longest that is looked up; the longest of the database has 32 bytes.
    static let longest = 64

    /// Whether a text has the form of a name in the database: parts of letters, digits, `_`, `+` and `-`, none empty,
    /// the first letter a capital. That leaves out paths, the host's own zone and the `posix/` and `right/` copies.
    static func isPlausible(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first), bytes.count <= longest,
            bytes.last != UInt8(ascii: "/")
        else { return false }
        var previous: UInt8 = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "/") where previous != UInt8(ascii: "/"): break
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                break
            default: return false
            }
            previous = byte
        }
        return true
    }

    /// A text of any length and content, in quotes, cut and escaped until it is fit for a terminal.
    static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isLong = scalars.count > longest
        return String(String.UnicodeScalarView(scalars.prefix(longest))).debugDescription + (isLong ? "…" : "")
    }
}
