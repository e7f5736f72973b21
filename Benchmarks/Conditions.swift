import FoundationEssentials
import Glibc
import Postgres

/// Under what circumstances the figures came about: printed before them, as a line of JSON.
struct Conditions: Encodable {
    let processor: String
    let cores: Int
    let memory: String
    let kernel: String
    let load: String
    /// Milliseconds of a flush of 8 kB to the disk, the middle of many.
    let flush: Double
    let server: String
    /// Settings of the server on which figures depend.
    let settings: [String: String]
    let begun: String

    private static let settingNames = [
        "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size", "wal_level", "autovacuum",
    ]

    static func measure() async throws -> Conditions {
        try await BenchCluster.database { database in
            var settings: [String: String] = [:]
            for name in settingNames {
                settings[name] = try await database.control.value("select current_setting(\(name))", as: String.self)
            }
            var names = utsname()
            uname(&names)
            return Conditions(
                processor: field("model name", of: "/proc/cpuinfo"), cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
                memory: field("MemTotal", of: "/proc/meminfo"),
                kernel: withUnsafeBytes(of: names.release) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                },
                load: text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " "), flush: flush(),
                server: try await database.control.value("select version()", as: String.self), settings: settings,
                begun: try await database.control.value("select now()::text", as: String.self))
        }
    }

    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(["conditions": self]) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// The first value of that name in a file of names and values.
    private static func field(_ name: String, of path: String) -> String {
        let line = text(path).split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        let words = line.drop { $0 != ":" }.dropFirst().split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ")
    }

    private static func flush() -> Double {
        let path = "/tmp/bursar-bench-\(getpid()).flush"
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 1, count: 8_192)
        let times = (0..<100).map { _ in
            ContinuousClock().measure {
                _ = pwrite(file, page, page.count, 0)
                fdatasync(file)
            } / .milliseconds(1)
        }
        return times.median
    }
}
