import AdminAPI
import FoundationEssentials

extension TextStream {
    /// One JSON value on many lines, keys in alphabetical order.
    func json(_ value: some Encodable) throws {
        try write(Array(WireJSON.encodePretty(value)) + [UInt8(ascii: "\n")])
    }

    /// One JSON value in one line: for streams of them.
    func jsonLine(_ value: some Encodable) throws {
        try write(Array(WireJSON.encode(value)) + [UInt8(ascii: "\n")])
    }
}
