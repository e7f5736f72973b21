/// One message of the protocol, version 3, as it goes over the wire.
struct WireMessage: Sendable {
    /// Zero for the packet that opens a session, which has none.
    let tag: UInt8
    /// All of it, tag and length included.
    let bytes: [UInt8]

    static let startup: UInt8 = 0
    static let parse = UInt8(ascii: "P")
    static let bind = UInt8(ascii: "B")
    static let execute = UInt8(ascii: "E")
    static let query = UInt8(ascii: "Q")
    static let sync = UInt8(ascii: "S")
    static let flush = UInt8(ascii: "H")
    static let terminate = UInt8(ascii: "X")
    static let commandComplete = UInt8(ascii: "C")
    static let emptyQuery = UInt8(ascii: "I")
    static let portalSuspended = UInt8(ascii: "s")
    static let errorResponse = UInt8(ascii: "E")
    static let readyForQuery = UInt8(ascii: "Z")
    static let backendKey = UInt8(ascii: "K")

    /// A request that the server answer at once what it has done so far.
    static let flushRequest: [UInt8] = [flush, 0, 0, 0, 4]

    /// The code of the packet that asks for the end of another session's statement.
    private static let cancelCode: Int32 = 80_877_102

    var isCancelRequest: Bool { tag == Self.startup && integer(at: 4) == Self.cancelCode }

    /// The server's process, where the message says it.
    var backendPID: Int32? { tag == Self.backendKey ? integer(at: 5) : nil }

    /// The zero-terminated texts at the beginning of the message.
    func texts(_ count: Int) -> [String] {
        bytes.dropFirst(5).split(separator: 0, maxSplits: count, omittingEmptySubsequences: false).prefix(count)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func integer(at index: Int) -> Int32? {
        guard index + 4 <= bytes.count else { return nil }
        return Int32(bitPattern: bytes[index..<(index + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
}

/// Cuts one direction of a session into messages.
struct MessageCutter {
    private var buffer: [UInt8] = []
    private var start = 0
    private var expectsStartup: Bool
    private var returned: WireMessage?

    init(expectsStartup: Bool) {
        self.expectsStartup = expectsStartup
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        buffer.removeFirst(start)
        start = 0
        buffer += bytes
    }

    /// The next whole message, if it has come.
    mutating func next() -> WireMessage? {
        if let returned {
            self.returned = nil
            return returned
        }
        let lengthAt = start + (expectsStartup ? 0 : 1)
        guard lengthAt + 4 <= buffer.count else { return nil }
        let length = buffer[lengthAt..<(lengthAt + 4)].reduce(0) { $0 << 8 | Int($1) }
        let end = lengthAt + length
        guard end <= buffer.count else { return nil }
        let message = WireMessage(
            tag: expectsStartup ? WireMessage.startup : buffer[start], bytes: Array(buffer[start..<end]))
        expectsStartup = false
        start = end
        return message
    }

    /// Makes `message` the next one again.
    mutating func putBack(_ message: WireMessage) {
        returned = message
    }
}
