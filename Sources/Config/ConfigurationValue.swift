/// A value as `config show` prints it.
package enum ConfigurationValue: Sendable, Hashable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case duration(Duration)
    /// The word that a key knows for "not set", such as `none`; empty where an empty text means that.
    case unset(String)
}

extension ConfigurationValue: CustomStringConvertible {
    /// As one would write it in the file, without quotes.
    package var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .duration(let duration): duration.settingText
        case .unset(let word): word
        }
    }
}

extension ConfigurationValue: Encodable {
    /// Numbers and flags as such, durations as their text, what is not set as null.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .duration(let duration): try container.encode(duration.settingText)
        case .unset: try container.encodeNil()
        }
    }
}
