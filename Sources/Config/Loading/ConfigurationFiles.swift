import FoundationEssentials
import Glibc

/// Reads the file, and the drop-ins beside it.
enum ConfigurationFiles {
    /// Why a file or directory could not be read.
    struct Failure: Error {
        var message: String
        var hint: String?
        var isMissing: Bool
    }

    /// The most drop-ins that are read.
    static let dropInsMax = 256

    private static let chunk = 64 << 10

    /// The directory whose `*.yaml` are laid over the file.
    static func dropInDirectory(of path: String) -> String { path + ".d" }

    /// The names of the drop-ins in order, and of files that look like drop-ins but are not read.
    static func dropIns(of path: String) throws(Failure) -> (paths: [String], passedOver: [String]) {
        let directory = dropInDirectory(of: path)
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let failure = failure(errno, verb: "listed")
            if failure.isMissing { return ([], []) }
            throw failure
        }
        close(descriptor)
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw failure(ENOTDIR, verb: "listed")
        }
        let visible = names.filter { !$0.hasPrefix(".") }
        let paths = visible.filter { $0.hasSuffix(".yaml") }.map { directory + "/" + $0 }
        guard paths.count <= dropInsMax else {
            throw Failure(
                message: "too many drop-ins (expected at most \(dropInsMax), got \(paths.count))", hint: nil,
                isMissing: false)
        }
        let passedOver = visible.filter { $0.lowercased().hasSuffix(".yml") || $0.lowercased().hasSuffix(".yaml") }
            .map { directory + "/" + $0 }.filter { !paths.contains($0) }
        return (paths, passedOver)
    }

    /// The bytes of one file, at most one more than is allowed.
    static func source(_ path: String) throws(Failure) -> ConfigurationSource {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, verb: "read") }
        defer { close(descriptor) }
        var status = stat()
        let mode = fstat(descriptor, &status) == 0 ? UInt32(status.st_mode) & 0o7777 : nil
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: chunk)
        // Ends: each round reads something, up to the limit.
        while bytes.count <= ConfigurationSource.sizeMax {
            let count = read(descriptor, &buffer, chunk)
            if count == 0 { break }
            if count > 0 {
                bytes += buffer[..<count]
            } else if errno != EINTR {
                throw failure(errno, verb: "read")
            }
        }
        return ConfigurationSource(file: path, bytes: bytes, mode: mode)
    }

    /// What the operating system's refusal means to an operator.
    static func failure(_ code: Int32, verb: String) -> Failure {
        let reason = String(cString: strerror(code))
        let hint: String? =
            switch code {
            case EACCES, EPERM: "let the user who runs this read it"
            case EISDIR: "name a file"
            case ENOTDIR: "name a directory"
            case ENOENT: "check the path"
            default: nil
            }
        return Failure(message: "cannot be \(verb): \(reason)", hint: hint, isMissing: code == ENOENT)
    }
}
