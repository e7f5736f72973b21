extension Bool: PostgresCodable {
    package static var wireType: WireType { .bool }

    package func encode(to writer: inout WireWriter) { writer.integer(UInt8(self ? 1 : 0)) }

    package init(from field: Field) throws(PostgresError) {
        guard field.isA(.bool) else { throw field.mismatch(.bool) }
        self = try field.integer(UInt8.self, .bool) != 0
    }

    package var literal: String { self ? "TRUE" : "FALSE" }
}

extension Int16: PostgresCodable {
    package static var wireType: WireType { .int2 }

    package func encode(to writer: inout WireWriter) { writer.integer(self) }

    package init(from field: Field) throws(PostgresError) {
        guard field.isA(.int2) else { throw field.mismatch(.int2) }
        self = try field.integer(Int16.self, .int2)
    }

    package var literal: String { "'\(self)'::int2" }
}

extension Int32: PostgresCodable {
    package static var wireType: WireType { .int4 }

    package func encode(to writer: inout WireWriter) { writer.integer(self) }

    /// Reads int4 and int2.
    package init(from field: Field) throws(PostgresError) {
        if field.isA(.int4), field.bytes?.count != 2 {
            self = try field.integer(Int32.self, .int4)
        } else if field.isA(.int2) {
            self = Int32(try field.integer(Int16.self, .int4))
        } else {
            throw field.mismatch(.int4)
        }
    }

    package var literal: String { "'\(self)'::int4" }
}

extension Int64: PostgresCodable {
    package static var wireType: WireType { .int8 }

    package func encode(to writer: inout WireWriter) { writer.integer(self) }

    /// Reads int8, int4, int2 and oid.
    package init(from field: Field) throws(PostgresError) {
        let bytes = try field.required(.int8)
        switch (bytes.count, field.type) {
        case (8, 20), (8, 0): self = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case (4, 23), (4, 0): self = Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case (4, 26): self = Int64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        case (2, 21), (2, 0): self = Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        default: throw field.mismatch(.int8)
        }
    }

    package var literal: String { "'\(self)'::int8" }
}

extension Int: PostgresCodable {
    package static var wireType: WireType { .int8 }

    package func encode(to writer: inout WireWriter) { writer.integer(Int64(self)) }

    package init(from field: Field) throws(PostgresError) {
        self = Int(try Int64(from: field))
    }

    package var literal: String { Int64(self).literal }
}

extension Double: PostgresCodable {
    package static var wireType: WireType { .float8 }

    package func encode(to writer: inout WireWriter) { writer.integer(bitPattern) }

    /// Reads float8 and float4.
    package init(from field: Field) throws(PostgresError) {
        if field.isA(.float8), field.bytes?.count != 4 {
            self.init(bitPattern: try field.integer(UInt64.self, .float8))
        } else if field.isA(.float4) {
            self.init(Float(bitPattern: try field.integer(UInt32.self, .float8)))
        } else {
            throw field.mismatch(.float8)
        }
    }

    package var literal: String {
        isNaN ? "'NaN'::float8" : isInfinite ? "'\(self < 0 ? "-" : "")Infinity'::float8" : "'\(self)'::float8"
    }
}
