/// Walks over values in network byte order. Every read checks the bounds.
struct WireReader {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    var remaining: Int { rest.count }

    /// Nil when the bytes end before.
    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) -> T? {
        let size = MemoryLayout<T>.size
        guard rest.count >= size else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[size...]) }
        return T(bigEndian: rest.loadUnaligned(as: T.self))
    }

    mutating func skip(_ count: Int) {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }

    /// A length and as many bytes (nil for the length of NULL). Nil when the bytes end before.
    mutating func sized() -> UnsafeRawBufferPointer?? {
        guard let length: Int32 = integer() else { return nil }
        if length == -1 { return .some(nil) }
        guard length >= 0, rest.count >= Int(length) else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[Int(length)...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<Int(length)])
    }
}
