import Crypto
import FoundationEssentials
import Glibc
import Primitives

/// The secret of the chain: 32 bytes that are never in the database. Does not show itself.
package struct AuditKey: Sendable, CustomStringConvertible {
    package static let byteCount = 32
    /// A credential may hold a longer secret; all of it counts.
    package static let bytesMax = 4_096

    /// Which key made a code, without telling the key: 16 hexadecimal digits.
    package let fingerprint: String
    private let key: SymmetricKey

    /// - Parameter bytes: at least 32, random.
    package init(_ bytes: [UInt8], from place: String = "the key") throws(AuditFileError) {
        guard (Self.byteCount...Self.bytesMax).contains(bytes.count) else {
            throw AuditFileError(
                place: place, reason: "it has \(bytes.count) bytes, \(Self.byteCount) to \(Self.bytesMax) are needed",
                fix: "make one with `head -c 32 /dev/urandom`")
        }
        key = SymmetricKey(data: bytes)
        let digest = SHA256.hash(data: Array("bursar audit key".utf8) + bytes)
        fingerprint = Hexadecimal.text(digest.prefix(8))
    }

    /// A new key, of nobody's yet.
    package static func random() -> AuditKey {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        // 32 bytes are always taken.
        guard let key = try? AuditKey(bytes) else { preconditionFailure("32 bytes make a key") }
        return key
    }

    /// The credential if there is one; else the file, which is made, readable to its owner alone, when it is not there.
    ///
    /// - Parameter made: called when a new key was made, by this process or another that started with it.
    package static func load(
        credential: [UInt8]?, file path: String, made: () -> Void = {}
    ) throws(AuditFileError) -> AuditKey {
        if let credential { return try AuditKey(credential, from: "the credential audit.key") }
        if let key = try read(path) { return key }
        try make(path)
        made()
        guard let key = try read(path) else {
            throw AuditFileError(place: path, reason: "it was removed while it was made", fix: "start again")
        }
        return key
    }

    /// The code under this key that bytes are yet to be added to.
    func begunMac() -> HMAC<SHA256> {
        HMAC(key: key)
    }

    /// HMAC-SHA-256 under this key.
    package func mac(of bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }

    /// In constant time.
    package func isMac(_ mac: [UInt8], of bytes: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: bytes, using: key)
    }

    package var description: String { "AuditKey(\(fingerprint))" }
}

// MARK: The file

extension AuditKey {
    /// The key of a file; nil when there is no such file.
    package static func read(_ path: String) throws(AuditFileError) -> AuditKey? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path, "cannot be read", errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be looked at", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw AuditFileError(place: path, reason: "it is no regular file", fix: "remove it; a new one is made")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw AuditFileError(
                place: path, reason: "others than its owner may read or write it",
                fix: "chmod 0600, and if others may have read it: `bursarctl audit verify`, then a new key")
        }
        var buffer = [UInt8](repeating: 0, count: bytesMax + 1)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw failure(path, "cannot be read", errno) }
        return try AuditKey(Array(buffer[..<count]), from: path)
    }

    /// Two that make it at once make one: the file comes into its place complete, or was there before.
    private static func make(_ path: String) throws(AuditFileError) {
        let draft = "\(path).\(getpid()).\(UInt32.random(in: 0...(.max)))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, "cannot be made", errno) }
        defer { unlink(draft) }
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten else { throw failure(path, "cannot be written", code) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure(path, "cannot be made", errno) }
        // A key that a power cut took would leave a chain that nobody can add to.
        guard StateFile.syncDirectory(of: path) else { throw failure(path, "cannot be made to last", errno) }
    }

    private static func failure(_ path: String, _ what: String, _ code: Int32) -> AuditFileError {
        AuditFileError(
            place: path, reason: "it \(what): \(String(cString: strerror(code)))",
            fix: "the daemon's user needs its state directory, or hand the key over as the credential audit.key")
    }
}
