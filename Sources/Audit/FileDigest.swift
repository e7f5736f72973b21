import Crypto
import Glibc
import Primitives

/// The SHA-256 of a file, by which a backup is known again.
package struct FileDigest: Sendable, Hashable {
    package let size: Int64
    package let bytes: [UInt8]

    /// In hexadecimal digits, as `sha256sum` prints it.
    package var text: String { Hexadecimal.text(bytes) }

    private static let chunkBytes = 1 << 20

    /// Of everything in an open file.
    package init(of descriptor: Int32, at path: String) throws(AuditFileError) {
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: Self.chunkBytes)
        var size: Int64 = 0
        while true {  // Ends: the end of the file.
            let count = pread(descriptor, &buffer, buffer.count, off_t(size))
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw AuditFileError(
                    place: path, reason: "it cannot be read: \(String(cString: strerror(errno)))",
                    fix: "check the disk it is on")
            }
            hash.update(data: buffer[..<count])
            size += Int64(count)
        }
        self.size = size
        bytes = Array(hash.finalize())
    }

    /// The digest of a text.
    package static func text(of text: String) -> String {
        Hexadecimal.text(SHA256.hash(data: Array(text.utf8)))
    }
}
