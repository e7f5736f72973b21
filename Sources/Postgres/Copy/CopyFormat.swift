/// The frame of PostgreSQL's binary COPY format: signature, flags, extension, rows, trailer.
enum CopyFormat {
    /// `PGCOPY`, newline, 0xFF, carriage return, newline, zero.
    static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
    /// Signature, flags, length of the extension.
    static let headerSize = 19
    /// Flags that a reader must know to go on.
    static let criticalFlags: UInt32 = 0xFFFF_0000
    /// In place of a row's column count.
    static let trailer: Int16 = -1
}
