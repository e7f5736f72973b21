internal import CLibPQ

/// The values of a statement's parameters, in order: `$1` is the first one appended.
package struct Bindings: Sendable {
    private var writer = WireWriter()
    private(set) var types: [Oid] = []
    /// Lengths in bytes; -1 for NULL.
    private var lengths: [Int32] = []

    package init() {}

    /// What the protocol can count.
    static let limit = 65_535

    var failure: PostgresError? {
        types.count <= Self.limit
            ? writer.failure
            : PostgresError(
                .encoding, "\(types.count) parameters; the limit is \(Self.limit)", hint: "pass arrays and unnest them")
    }

    /// Binds the next parameter. Its Swift type declares the parameter's SQL type, so NULL has a type too.
    package mutating func append<T: PostgresEncodable>(_ value: T) {
        types.append(T.wireType.oid)
        guard !value.isNull else { return lengths.append(-1) }
        let start = writer.bytes.count
        value.encode(to: &writer)
        lengths.append(Int32(writer.bytes.count - start))
    }

    /// Calls `body` with the arrays that libpq's send functions take.
    func withParameters<R>(
        _ body: (
            _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        let count = lengths.count
        guard count > 0 else { return body(0, nil, nil, nil) }
        return writer.bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { formats in
                    var start = 0
                    for index in 0..<count {
                        formats[index] = 1
                        let isNull = lengths[index] < 0
                        values[index] = isNull ? nil : Self.pointer(bytes, start)
                        start += isNull ? 0 : Int(lengths[index])
                    }
                    return lengths.withUnsafeBufferPointer {
                        body(Int32(count), values.baseAddress, $0.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }

    /// A pointer into `bytes`; never nil, since libpq takes nil for NULL, also where a value is empty.
    private static func pointer(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UnsafePointer<CChar>? {
        guard let base = bytes.baseAddress else { return UnsafePointer(bitPattern: 1) }
        return (base + offset).assumingMemoryBound(to: CChar.self)
    }
}
