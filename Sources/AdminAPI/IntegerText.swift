/// A 64-bit integer that travels as a string: many readers of JSON keep numbers as doubles, which lose what passes
/// 2^53.
package struct IntegerText: Sendable, Hashable {
    package var value: Int64

    package init(_ value: Int64) {
        self.value = value
    }
}

extension IntegerText: CustomStringConvertible {
    package var description: String { String(value) }
}

extension IntegerText: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Int64(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a 64-bit integer")
        }
        self.value = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
