package import FoundationEssentials

package import struct Primitives.ExecutionID

/// One byte is a `"char"`; an array of bytes is a bytea.
extension UInt8: PostgresCodable {
    package static var wireType: WireType { .char }
    package static var arrayWireType: WireType { .bytea }

    package func encode(to writer: inout WireWriter) { writer.integer(self) }

    package init(from field: Field) throws(PostgresError) {
        guard field.isA(.char) else { throw field.mismatch(.char) }
        self = try field.integer(UInt8.self, .char)
    }

    package static func encodeArray(_ elements: [UInt8], to writer: inout WireWriter) {
        writer.raw(elements)
    }

    package static func decodeArray(from field: Field) throws(PostgresError) -> [UInt8] {
        guard field.isA(.bytea) else { throw field.mismatch(.bytea) }
        return Array(try field.required(.bytea))
    }

    package var literal: String { "('\(Int8(bitPattern: self))'::int4)::\"char\"" }

    package static func arrayLiteral(_ elements: [UInt8]) -> String {
        var text = "'\\x"
        for byte in elements {
            text.append(hexDigits[Int(byte >> 4)])
            text.append(hexDigits[Int(byte & 15)])
        }
        return text + "'::bytea"
    }
}

private let hexDigits = Array("0123456789abcdef")

extension UUID: PostgresCodable {
    package static var wireType: WireType { .uuid }

    package func encode(to writer: inout WireWriter) {
        withUnsafeBytes(of: uuid) { writer.raw($0) }
    }

    package init(from field: Field) throws(PostgresError) {
        let bytes = try field.required(.uuid)
        guard field.isA(.uuid), bytes.count == 16 else { throw field.mismatch(.uuid) }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }

    package var literal: String { "'\(uuidString)'::uuid" }
}

extension ExecutionID: PostgresCodable {
    package static var wireType: WireType { .uuid }

    package func encode(to writer: inout WireWriter) { uuid.encode(to: &writer) }

    package init(from field: Field) throws(PostgresError) {
        self.init(try UUID(from: field))
    }

    package var literal: String { uuid.literal }
}
