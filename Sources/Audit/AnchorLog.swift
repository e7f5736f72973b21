import Glibc

/// The file of anchors on the disk: lines are only ever added; when it is long, it becomes the older one of two.
package struct AnchorLog: Sendable {
    package let path: String
    /// At this length the file is put aside.
    private let bytesMax: Int

    /// In the state directory.
    package static let name = "audit-anchors.log"
    private static let standardBytesMax = 1 << 20
    /// What is read at most of a file that somebody hands over.
    private static let readMax = 64 << 20

    package init(_ path: String) {
        self.init(path, bytesMax: Self.standardBytesMax)
    }

    init(_ path: String, bytesMax: Int) {
        self.path = path
        self.bytesMax = bytesMax
    }

    /// Where the file goes when it is long.
    package var olderPath: String { path + ".1" }

    /// Adds a line that outlasts a power cut. Blocks for as long as the disk takes.
    package func append(_ anchor: AuditAnchor) throws(AuditFileError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path, "cannot be opened", errno) }
        defer { close(descriptor) }
        let size = try Self.size(of: descriptor, path)
        guard fchmod(descriptor, 0o600) == 0 else { throw Self.failure(path, "cannot be closed to others", errno) }
        // A line that a crash cut short stays alone.
        var last: UInt8 = 0
        let isTorn = size > 0 && pread(descriptor, &last, 1, off_t(size - 1)) == 1 && last != UInt8(ascii: "\n")
        let line = Array(((isTorn ? "\n" : "") + anchor.line + "\n").utf8)
        guard write(descriptor, line, line.count) == line.count else {
            throw Self.failure(path, "cannot be written", errno)
        }
        guard fsync(descriptor) == 0, size > 0 || StateFile.syncDirectory(of: path) else {
            throw Self.failure(path, "cannot be made to last", errno)
        }
        guard size + line.count >= bytesMax else { return }
        guard rename(path, olderPath) == 0, StateFile.syncDirectory(of: path) else {
            throw Self.failure(path, "cannot be put aside", errno)
        }
    }

    /// Every line of the two files, the older one first; nil when there is neither.
    package func read() throws(AuditFileError) -> AnchorFile? {
        var file: AnchorFile?
        for path in [olderPath, path] {
            guard let text = try Self.text(of: path) else { continue }
            if file == nil { file = AnchorFile() }
            file?.add(text, from: path)
        }
        return file
    }

    /// Nil when there is no such file.
    private static func text(of path: String) throws(AuditFileError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path, "cannot be read", errno)
        }
        defer { close(descriptor) }
        _ = try size(of: descriptor, path)
        return try text(in: descriptor, path)
    }

    /// What a person hands in, also by a pipe; nil when there is no such file.
    static func textHandedIn(_ path: String) throws(AuditFileError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path, "cannot be read", errno)
        }
        defer { close(descriptor) }
        return try text(in: descriptor, path)
    }

    private static func text(in descriptor: Int32, _ path: String) throws(AuditFileError) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {  // Ends: the end of the file, or the limit.
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "cannot be read", errno) }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
            guard bytes.count <= readMax else {
                throw AuditFileError(
                    place: path, reason: "it is longer than \(readMax >> 20) MiB",
                    fix: "hand in only its lines with the word \(AuditAnchor.heading)")
            }
        }
    }

    private static func size(of descriptor: Int32, _ path: String) throws(AuditFileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be looked at", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw AuditFileError(place: path, reason: "it is no regular file", fix: "remove it; a new one is made")
        }
        return Int(status.st_size)
    }

    private static func failure(_ path: String, _ what: String, _ code: Int32) -> AuditFileError {
        AuditFileError(
            place: path, reason: "it \(what): \(String(cString: strerror(code)))",
            fix: "the daemon's user needs its state directory, with room on its disk")
    }
}
