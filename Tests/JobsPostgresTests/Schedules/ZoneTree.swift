import Cron
import DatabaseTestSupport
import FoundationEssentials
import Glibc

/// A directory of zone files that `zic` compiled from a source.
struct ZoneTree: Sendable {
    private let path: String

    init(_ source: String) throws {
        path = try Scratch.path("zones")
        let file = path + ".zi"
        try Data((source + "\n").utf8).write(to: URL(filePath: file))
        let words = ["zic", "-d", path, file]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { (word: String) in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/usr/sbin/zic", nil, nil, arguments, environ) == 0 else { throw ZicMissing() }
        var status = Int32()
        guard waitpid(child, &status, 0) == child, status == 0 else { throw ZicFailed(status: status) }
    }

    func zone(_ identifier: String) throws -> Zone {
        let data = try Data(contentsOf: URL(filePath: "\(path)/\(identifier)"))
        return try Zone(identifier: identifier, tzif: [UInt8](data))
    }

    /// Zones cannot be compiled here.
    private struct ZicMissing: Error, CustomStringConvertible {
        let description = "/usr/sbin/zic is missing: apt install libc-bin"
    }

    private struct ZicFailed: Error {
        let status: Int32
    }
}
