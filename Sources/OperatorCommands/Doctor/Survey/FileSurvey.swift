import Glibc

/// Asks the file system, without opening anything.
enum FileSurvey {
    /// What is at `path`; hidden where this user may not look.
    static func file(_ path: String) -> Sight<FileFacts> {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { return .hidden("this user may not look at \(path)") }
            return .seen(FileFacts(path: path))
        }
        let kind = status.st_mode & S_IFMT
        return .seen(
            FileFacts(
                path: path, mode: UInt32(status.st_mode) & 0o7777, isDirectory: kind == S_IFDIR,
                isSocket: kind == S_IFSOCK))
    }

    /// The room where `path` lies.
    static func space(_ path: String) -> Sight<SpaceFacts> {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else {
            return .hidden("the room at \(path) is not seen: \(String(cString: strerror(errno)))")
        }
        return .seen(
            SpaceFacts(
                path: path, freeBytes: Int64(status.f_bavail) * Int64(status.f_frsize),
                totalBytes: Int64(status.f_blocks) * Int64(status.f_frsize), freeFiles: Int64(status.f_favail),
                totalFiles: Int64(status.f_files)))
    }

    /// The files that `LoadCredential=` names.
    static func credentials(of unit: Sight<UnitFacts>) -> Sight<[CredentialFacts]> {
        unit.map { unit in
            var credentials: [CredentialFacts] = []
            for line in unit["LoadCredential"].split(whereSeparator: { $0 == "\n" || $0 == " " }) {
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2, parts[1].hasPrefix("/") else { continue }
                guard case .seen(let file) = file(parts[1]) else {
                    return .hidden("this user may not look at \(parts[1]): use sudo")
                }
                credentials.append(CredentialFacts(name: parts[0], file: file))
            }
            return .seen(credentials)
        }
    }
}
