/// Cuts the bytes of a binary COPY into rows, however the server splits them into messages. Reads where they lie: only
/// a row that spans two messages is copied.
struct CopyParser {
    /// header → rows → ended.
    enum Phase { case header, rows, ended }

    private(set) var phase = Phase.header
    private(set) var rowCount = 0
    /// The beginning of a row whose end has not come.
    private var carried: [UInt8] = []

    mutating func feed(_ message: UnsafeRawBufferPointer, _ each: (inout CopyRow) throws -> Void) throws {
        guard !carried.isEmpty else {
            let consumed = try parse(message, each)
            if consumed < message.count { carried = Array(message[consumed...]) }
            return
        }
        carried.append(contentsOf: message)
        let whole = carried
        let consumed = try whole.withUnsafeBytes { try parse($0, each) }
        carried.removeFirst(consumed)
    }

    /// The rows are complete only with their trailer.
    func checkEnd() throws(PostgresError) {
        guard phase == .ended, carried.isEmpty else { throw Self.malformed("it ended without its trailer") }
    }

    /// Hands out the complete rows, and returns how many bytes they and the frame took.
    private mutating func parse(
        _ bytes: UnsafeRawBufferPointer, _ each: (inout CopyRow) throws -> Void
    ) throws -> Int {
        var position = 0
        if phase == .header {
            guard let size = try Self.headerSize(bytes) else { return 0 }
            position = size
            phase = .rows
        }
        while phase == .rows, bytes.count - position >= 2 {  // Ends: each turn takes bytes.
            let count = Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Int16.self))
            if count == CopyFormat.trailer {
                phase = .ended
                return position + 2
            }
            guard count >= 0 else { throw Self.malformed("a row has a negative column count") }
            guard let end = try Self.rowEnd(bytes, from: position + 2, columns: count) else { return position }
            var row = CopyRow(
                bytes: UnsafeRawBufferPointer(rebasing: bytes[(position + 2)..<end]), columnCount: Int(count))
            try each(&row)
            rowCount += 1
            position = end
        }
        return position
    }

    /// Nil when the header has not come whole.
    private static func headerSize(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) -> Int? {
        var reader = WireReader(bytes)
        guard bytes.count >= CopyFormat.headerSize else { return nil }
        guard bytes.prefix(CopyFormat.signature.count).elementsEqual(CopyFormat.signature) else {
            throw malformed("its signature is wrong")
        }
        reader.skip(CopyFormat.signature.count)
        guard let flags: UInt32 = reader.integer(), let extensionSize: Int32 = reader.integer(), extensionSize >= 0
        else {
            throw malformed("its header is wrong")
        }
        guard flags & CopyFormat.criticalFlags == 0 else { throw malformed("its flags are not known") }
        return reader.remaining >= Int(extensionSize) ? CopyFormat.headerSize + Int(extensionSize) : nil
    }

    /// Where the row's last field ends; nil when it has not come whole.
    private static func rowEnd(
        _ bytes: UnsafeRawBufferPointer, from start: Int, columns: Int16
    ) throws(PostgresError) -> Int? {
        var position = start
        for _ in 0..<columns {
            guard bytes.count - position >= 4 else { return nil }
            let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Int32.self)))
            guard length >= -1 else { throw malformed("a field has a negative length") }
            position += 4 + max(length, 0)
        }
        return position <= bytes.count ? position : nil
    }

    private static func malformed(_ reason: String) -> PostgresError {
        PostgresError(.protocolViolation, "the binary COPY cannot be read: \(reason)")
    }
}
