import FoundationEssentials
import Glibc
import SystemPackage

/// Where everything of one cluster lies, and the address that follows from it.
struct ClusterDirectory: Sendable, Hashable {
    /// Absolute, without `.` and `..`.
    let path: String

    /// Bytes of `sockaddr_un.sun_path`, less the closing zero.
    static let socketPathMax = 107
    static let port = 5_432

    /// Fails for a path that PostgreSQL's programs, libpq or the kernel cannot carry.
    init(_ text: String) throws(EmbeddedClusterError) {
        let current = FilePath(FileManager.default.currentDirectoryPath)
        path = current.pushing(FilePath(text)).lexicallyNormalized().string
        guard !text.isEmpty else {
            throw EmbeddedClusterError(
                .directoryUnusable, "the directory for the embedded database is not named", at: path,
                hint: "name one, such as /var/lib/bursar/postgres")
        }
        // pg_ctl puts paths between double quotes in a shell command; libpq takes a comma for the end of a host.
        let refused = path.unicodeScalars.first {
            $0.value < 32 || $0.value == 127 || "\"$`\\,".unicodeScalars.contains($0)
        }
        if let refused {
            throw EmbeddedClusterError(
                .directoryUnusable,
                "the path holds the character \(refused.debugDescription), which PostgreSQL's"
                    + " tools cannot carry", at: path,
                hint: "choose a path without quotes, $, `, \\, commas and control characters")
        }
        guard socketPath.utf8.count <= Self.socketPathMax else {
            throw EmbeddedClusterError(
                .directoryUnusable,
                "the path of its socket would take \(socketPath.utf8.count) bytes, and"
                    + " \(Self.socketPathMax) is the limit of Unix sockets", at: path,
                hint: "choose a shorter directory, such as /var/lib/bursar/postgres")
        }
    }

    var data: String { path + "/data" }
    var versionFile: String { data + "/PG_VERSION" }
    var processFile: String { data + "/postmaster.pid" }
    var log: String { path + "/log" }
    var startLog: String { path + "/start.log" }
    var socketPath: String { "\(path)/.s.PGSQL.\(Self.port)" }

    /// Names the server that has the socket, as `processFile` names the one that has the data.
    var socketLock: String { socketPath + ".lock" }

    /// Fails when the directory is there and hidden from this process.
    func checkReadable() throws(EmbeddedClusterError) {
        guard access(path, R_OK | X_OK) != 0, errno == EACCES else { return }
        throw EmbeddedClusterError(
            .directoryUnreachable, "the directory of the embedded database is closed to this account", at: path,
            hint: "ask as the account that bursard runs as, or as root")
    }

    /// A libpq URI. The directory is the host, so no port and no password appear in it.
    func uri(user: String, database: String) -> String {
        "postgresql:///\(Self.escaped(database))?host=\(Self.escaped(path))&user=\(Self.escaped(user))"
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986 and the slash.
    private static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
    }
}
