import Glibc

/// What keeps a file of the state directory through a power cut.
enum StateFile {
    /// Makes names in the file's directory last. False with `errno` when that failed.
    static func syncDirectory(of path: String) -> Bool {
        let end = path.lastIndex(of: "/")
        let directory = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        let isSynced = fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        errno = code
        return isSynced
    }
}
