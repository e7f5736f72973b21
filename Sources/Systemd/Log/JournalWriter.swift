import CSystemd
import Glibc

/// Writes lines to the journal; to standard error, where the journal does not take one.
struct JournalWriter: Sendable {
    let fields: JournalFields
    /// Where lines go that the journal refused.
    let fallback: TextWriter

    func write(_ records: [LogRecord]) {
        for record in records where Self.send(fields.fields(of: record)) < 0 {
            fallback.write([record])
        }
    }

    /// Zero, or the error number made negative. Waits while the journal is busy.
    private static func send(_ fields: [JournalField]) -> Int32 {
        var bytes: [UInt8] = []
        var lengths: [Int] = []
        lengths.reserveCapacity(fields.count)
        for field in fields {
            let start = bytes.count
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: field.value.utf8)
            lengths.append(bytes.count - start)
        }
        return bytes.withUnsafeMutableBytes { buffer in
            var offset = 0
            let vectors = lengths.map { length in
                defer { offset += length }
                return iovec(iov_base: buffer.baseAddress! + offset, iov_len: length)
            }
            return sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }
}
