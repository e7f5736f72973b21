import Glibc

/// An open directory. While it is locked, no other process can lock it; closing it, or the end of the process, unlocks.
final class DirectoryHandle: Sendable {
    private let descriptor: Int32
    let path: String

    /// Fails with an `errno`; a symbolic link is not followed.
    init(opening path: String) throws(SystemFailure) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        self.path = path
        if descriptor < 0 { throw SystemFailure(errno) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        // A child of another thread may hold a copy until it begins its program: closing alone would not unlock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// False when another process holds it.
    func lock() throws(SystemFailure) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw SystemFailure(errno)
    }

    func owner() throws(SystemFailure) -> UInt32 {
        try facts().st_uid
    }

    /// The process that holds the lock, as far as the kernel tells.
    func lockHolder() -> Int32? {
        guard let inode = try? facts().st_ino, let table = SmallFile.read("/proc/locks") else { return nil }
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 5, words[1] == "FLOCK", words[5].hasSuffix(":\(inode)") { return Int32(words[4]) }
        }
        return nil
    }

    /// Gives it to an account, readable by nobody else.
    func assign(to account: ServerAccount) throws(SystemFailure) {
        guard fchown(descriptor, account.userID, account.groupID) == 0 else { throw SystemFailure(errno) }
    }

    func makePrivate() throws(SystemFailure) {
        guard fchmod(descriptor, 0o700) == 0 else { throw SystemFailure(errno) }
    }

    private func facts() throws(SystemFailure) -> stat {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw SystemFailure(errno) }
        return facts
    }
}

/// A call of the system failed.
struct SystemFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    var description: String { String(cString: strerror(number)) }
}
