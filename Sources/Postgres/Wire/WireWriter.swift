/// Collects values in network byte order, and the first reason why one of them cannot be sent.
package struct WireWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var failure: PostgresError?

    init() {}

    /// Appends an integer in network byte order.
    package mutating func integer<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    package mutating func raw(_ newBytes: some Collection<UInt8>) {
        bytes.append(contentsOf: newBytes)
    }

    /// Appends UTF-8 without an end mark.
    package mutating func text(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Refuses the value that is being written; the statement that holds it is never sent.
    package mutating func fail(_ message: String, hint: String? = nil) {
        failure = failure ?? PostgresError(.encoding, message, hint: hint)
    }

    /// Writes `value` after its length, or the length of NULL.
    mutating func sized(_ value: some PostgresEncodable) {
        guard !value.isNull else { return integer(Int32(-1)) }
        let start = bytes.count
        integer(Int32(0))
        value.encode(to: &self)
        overwrite(Int32(bytes.count - start - 4), at: start)
    }

    mutating func overwrite(_ value: Int32, at position: Int) {
        withUnsafeBytes(of: value.bigEndian) { source in
            for index in 0..<4 { bytes[position + index] = source[index] }
        }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }
}
