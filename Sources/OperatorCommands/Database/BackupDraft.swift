import Audit
import Glibc

/// A backup while it is written: a file without a name, so that whatever ends this process leaves nothing of it.
///
/// Where the file system has no such files, it has a name of its own, which goes with every end but a kill.
struct BackupDraft: ~Copyable {
    let descriptor: Int32
    /// Where it will be.
    let path: String
    /// Its name meanwhile, if it needs one.
    private let draftPath: String?

    private static let mode: mode_t = 0o600
    private static let unnamed = __O_TMPFILE | O_DIRECTORY

    /// Refuses a path at which something is.
    init(_ path: String) throws(CommandFailure) {
        var status = stat()
        guard lstat(path, &status) != 0 else {
            throw CommandFailure(
                .bad, "\(path) is there already", hint: "a backup never replaces a file: give another name")
        }
        let opened = try Self.open(path)
        self.path = path
        descriptor = opened.descriptor
        draftPath = opened.draftPath
    }

    private static func open(_ path: String) throws(CommandFailure) -> (descriptor: Int32, draftPath: String?) {
        let directory = directory(of: path)
        let descriptor = Glibc.open(directory, O_RDWR | unnamed | O_CLOEXEC, mode)
        if descriptor >= 0 { return (descriptor, nil) }
        guard [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) else { throw failure(directory, "cannot be written to") }
        let draft = "\(path).\(getpid()).part"
        let named = Glibc.open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard named >= 0 else { throw failure(draft, "cannot be made") }
        return (named, draft)
    }

    deinit {
        close(descriptor)
        if let draftPath { unlink(draftPath) }
    }

    /// By this other programs of the same account can open it.
    var processPath: String { "/proc/\(getpid())/fd/\(descriptor)" }

    /// Gives the file its name once it outlasts a power cut. Still refuses to replace another.
    func publish() throws(CommandFailure) {
        guard fsync(descriptor) == 0 else { throw Self.failure(path, "cannot be made to last") }
        let linked =
            if let draftPath {
                link(draftPath, path)
            } else {
                linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW)
            }
        guard linked == 0 else { throw Self.failure(path, "cannot be made") }
        Self.syncDirectory(of: path)
    }

    /// Takes the file's name away again.
    func withdraw() {
        unlink(path)
        Self.syncDirectory(of: path)
    }

    private static func syncDirectory(of path: String) {
        let handle = Glibc.open(directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func failure(_ path: String, _ what: String) -> CommandFailure {
        let code = errno
        return CommandFailure(
            code == EACCES || code == EPERM ? .permission : .io,
            "\(path) \(what): \(String(cString: strerror(code)))",
            hint: "give a path in a directory that you may write to, with room on its disk")
    }
}
