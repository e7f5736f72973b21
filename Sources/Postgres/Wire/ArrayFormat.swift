/// The binary format of one-dimensional arrays: dimensions, NULL flag, element type, length, lower bound, elements.
enum ArrayFormat {
    static func encode<Element: PostgresEncodable>(_ elements: [Element], to writer: inout WireWriter) {
        let oid = Element.wireType.oid
        if Element.arrayWireType.oid == 0 { writer.fail("arrays of \(Element.wireType.name) cannot be sent") }
        writer.integer(Int32(elements.isEmpty ? 0 : 1))
        writer.integer(Int32(elements.contains(where: \.isNull) ? 1 : 0))
        writer.integer(oid)
        guard !elements.isEmpty else { return }
        writer.integer(Int32(elements.count))
        writer.integer(Int32(1))
        for element in elements { writer.sized(element) }
    }

    static func decode<Element: PostgresDecodable>(from field: Field) throws(PostgresError) -> [Element] {
        let expected = WireType(oid: 0, arrayOID: 0, name: "array of \(Element.self)")
        var reader = WireReader(try field.required(expected))
        guard let dimensions: Int32 = reader.integer(), let _: Int32 = reader.integer(),
            let elementType: UInt32 = reader.integer()
        else { throw field.mismatch(expected) }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count: Int32 = reader.integer(), count >= 0, let _: Int32 = reader.integer(),
            Int(count) <= reader.remaining / 4
        else { throw field.mismatch(expected) }
        var elements: [Element] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let value = reader.sized() else { throw field.mismatch(expected) }
            elements.append(try Element(from: Field(bytes: value, type: elementType, column: field.column)))
        }
        guard reader.remaining == 0 else { throw field.mismatch(expected) }
        return elements
    }
}
