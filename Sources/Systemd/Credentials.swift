import Glibc

/// The secrets that the service manager hands over as files (`LoadCredential=`), readable by this service alone.
package struct Credentials: Sendable {
    /// The most bytes of one credential, as in systemd.
    package static let bytesMax = 1_048_576
    private static let nameBytesMax = 255

    /// The value of `CREDENTIALS_DIRECTORY`; nil if no credentials were handed over.
    package let directory: String?

    package init(environment: [String: String]) {
        let value = environment["CREDENTIALS_DIRECTORY"] ?? ""
        directory = value.isEmpty ? nil : value
    }

    /// The bytes of the credential; nil if there is none of that name. What is there and cannot be read throws.
    package func read(_ name: String) throws(CredentialError) -> [UInt8]? {
        try checkName(name)
        guard let directory else { return nil }
        let path = "\(directory)/\(name)"
        guard directory.hasPrefix("/") else {
            throw CredentialError(
                name: name, path: path, reason: "CREDENTIALS_DIRECTORY is no absolute path",
                fix: "leave CREDENTIALS_DIRECTORY to the service manager")
        }
        // Without O_NONBLOCK a pipe without a writer would hold the start for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            let number = errno
            if number == ENOENT, isAbsent(path, in: directory) { return nil }
            throw failure(number, name: name, path: path)
        }
        defer { close(descriptor) }
        try checkKind(of: descriptor, name: name, path: path)
        return try contents(of: descriptor, name: name, path: path)
    }

    /// The credential as text, without the newline at its end that editors and `echo` leave.
    package func text(_ name: String) throws(CredentialError) -> String? {
        guard var bytes = try read(name) else { return nil }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CredentialError(
                name: name, path: directory.map { "\($0)/\(name)" }, reason: "it is not UTF-8 text",
                fix: "store it as text; encode binary secrets, in base64 say")
        }
        return text
    }

    /// A name with a slash would read any file of the machine.
    private func checkName(_ name: String) throws(CredentialError) {
        let isPlain = name.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "/") }
        guard isPlain, !name.isEmpty, name != ".", name != "..", name.utf8.count <= Self.nameBytesMax else {
            throw CredentialError(
                name: name, path: nil, reason: "this cannot be the name of a credential",
                fix: "use at most \(Self.nameBytesMax) letters, digits, dots and dashes, without a slash")
        }
    }

    /// Whether the file is missing, rather than its directory or what a link points to.
    private func isAbsent(_ path: String, in directory: String) -> Bool {
        var status = stat()
        return stat(directory, &status) == 0 && lstat(path, &status) != 0
    }

    private func checkKind(of descriptor: Int32, name: String, path: String) throws(CredentialError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno, name: name, path: path) }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG else {
            throw CredentialError(
                name: name, path: path, reason: kind == S_IFDIR ? "it is a directory" : "it is not a regular file",
                fix: "let LoadCredential=\(name):… name a regular file")
        }
        guard status.st_size <= Self.bytesMax else { throw tooLarge(name: name, path: path) }
    }

    private func contents(of descriptor: Int32, name: String, path: String) throws(CredentialError) -> [UInt8] {
        // One byte more than is allowed, to see a file that grows meanwhile.
        var buffer = [UInt8](repeating: 0, count: Self.bytesMax + 1)
        var count = 0
        // Ends: each turn reads at least a byte of a bounded buffer, or leaves.
        while count < buffer.count {
            let got = buffer[count...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if got == 0 { return Array(buffer[..<count]) }
            if got > 0 {
                count += got
            } else if errno != EINTR {
                throw failure(errno, name: name, path: path)
            }
        }
        throw tooLarge(name: name, path: path)
    }

    private func tooLarge(name: String, path: String) -> CredentialError {
        CredentialError(
            name: name, path: path, reason: "it has more than \(Self.bytesMax) bytes",
            fix: "check that LoadCredential=\(name):… names the right file")
    }

    private func failure(_ number: Int32, name: String, path: String) -> CredentialError {
        let fix =
            switch number {
            case EACCES, EPERM:
                "the service's user needs to read it: use LoadCredential=\(name):… in the unit, or chown and chmod 0400"
            case ENOENT, ENOTDIR, ELOOP:
                "check CREDENTIALS_DIRECTORY and the links in it; restart the service to have it made anew"
            default:
                "check the file with `systemd-creds cat \(name)` run by the service"
            }
        return CredentialError(
            name: name, path: path, reason: "it cannot be read: \(SystemFailure.text(number))", fix: fix)
    }
}
