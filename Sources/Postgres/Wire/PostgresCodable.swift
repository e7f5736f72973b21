/// A value that can be bound to a parameter or copied into a column, in PostgreSQL's binary format.
package protocol PostgresEncodable: Sendable {
    static var wireType: WireType { get }
    /// The type of an array of these; differs from `array(of: wireType)` only for bytes.
    static var arrayWireType: WireType { get }
    var isNull: Bool { get }
    /// Writes the value without its length. Never called when `isNull`.
    func encode(to writer: inout WireWriter)
    /// Writes the elements of an array value without its length.
    static func encodeArray(_ elements: [Self], to writer: inout WireWriter)
    /// The value as SQL text, cast to its type: for COPY, which takes no parameters.
    var literal: String { get }
    /// An array of these as SQL text.
    static func arrayLiteral(_ elements: [Self]) -> String
}

/// A value that can be read from a column in PostgreSQL's binary format.
package protocol PostgresDecodable {
    init(from field: Field) throws(PostgresError)
    /// Reads a whole array value.
    static func decodeArray(from field: Field) throws(PostgresError) -> [Self]
}

package typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension PostgresEncodable {
    package static var arrayWireType: WireType { .array(of: wireType) }
    package var isNull: Bool { false }

    package static func encodeArray(_ elements: [Self], to writer: inout WireWriter) {
        ArrayFormat.encode(elements, to: &writer)
    }

    package static func arrayLiteral(_ elements: [Self]) -> String {
        "ARRAY[" + elements.map(\.literal).joined(separator: ",") + "]::" + arrayWireType.name
    }
}

extension PostgresDecodable {
    package static func decodeArray(from field: Field) throws(PostgresError) -> [Self] {
        try ArrayFormat.decode(from: field)
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var wireType: WireType { Wrapped.wireType }
    package var isNull: Bool { self == nil }

    package func encode(to writer: inout WireWriter) {
        self?.encode(to: &writer)
    }

    package var literal: String { self?.literal ?? "NULL::" + Wrapped.wireType.name }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package init(from field: Field) throws(PostgresError) {
        self = field.bytes == nil ? nil : try Wrapped(from: field)
    }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
    package static var wireType: WireType { Element.arrayWireType }

    package func encode(to writer: inout WireWriter) {
        Element.encodeArray(self, to: &writer)
    }

    package var literal: String { Element.arrayLiteral(self) }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package init(from field: Field) throws(PostgresError) {
        self = try Element.decodeArray(from: field)
    }
}

/// Enums and newtypes over a value that has a column type travel as that value.
extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    package static var wireType: WireType { RawValue.wireType }
    package func encode(to writer: inout WireWriter) { rawValue.encode(to: &writer) }
    package var literal: String { rawValue.literal }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    package init(from field: Field) throws(PostgresError) {
        guard let value = Self(rawValue: try RawValue(from: field)) else {
            throw PostgresError(
                .decoding, "column \(field.column) holds a value that \(Self.self) does not know",
                hint: "a newer build may have written it")
        }
        self = value
    }
}
