import Glibc

/// Reads files that another account may have written: no link is followed, and not more than a page or so is taken.
enum SmallFile {
    private static let bytesMax = 65_536

    /// Nil when there is no such regular, readable file.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 1) { buffer in
            var count = 0
            while count < bytesMax {
                let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), bytesMax - count)
                if got < 0 { return nil }
                if got == 0 { break }
                count += got
            }
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    /// Device and inode of what is at `path`, links followed; nil when it cannot be seen.
    static func identity(_ path: String) -> (device: UInt, inode: UInt)? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return (facts.st_dev, facts.st_ino)
    }

    /// Whether something is at `path`, a dangling link included.
    static func exists(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
    }
}
