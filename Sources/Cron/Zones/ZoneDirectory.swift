import FoundationEssentials

/// A directory of compiled zone files, as the package `tzdata` installs it.
struct ZoneDirectory: Sendable {
    /// Where systems keep theirs; the first that exists holds.
    static let places = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]
    /// How much of a file is read to find the version of the database.
    private static let longestVersion = 16

    let path: String

    /// Says where they are instead, as it does to the C library.
    private static let variable = "TZDIR"

    static func ofThisMachine() -> ZoneDirectory? {
        let named = ProcessInfo.processInfo.environment[variable].map { [$0] } ?? []
        return (named + places).first { FileManager.default.fileExists(atPath: $0) }.map(ZoneDirectory.init(path:))
    }

    /// Nil when there is no such zone. A name that could lead out of the directory is none.
    func table(named identifier: String) throws(ZoneError) -> ZoneTable? {
        guard ZoneName.isPlausible(identifier),
            let data = FileManager.default.contents(atPath: "\(path)/\(identifier)"),
            data.starts(with: "TZif".utf8)
        else { return nil }
        return try Zone(identifier: identifier, tzif: [UInt8](data)).table
    }

    /// All names, for suggestions.
    var names: [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        let names = paths.filter(ZoneName.isPlausible).sorted()
        // An area is a directory: what it holds has its name in front.
        let areas = Set(names.compactMap { name in name.lastIndex(of: "/").map { String(name[..<$0]) } })
        return names.filter { !areas.contains($0) }
    }

    /// From the file that says nothing else, or the first line of the database's source, `# version 2025b`.
    var version: String? {
        for name in ["+VERSION", "version"] {
            if let data = FileManager.default.contents(atPath: "\(path)/\(name)") {
                return Self.version(in: String(decoding: data.prefix(Self.longestVersion), as: UTF8.self))
            }
        }
        let mark = "# version "
        guard let data = FileManager.default.contents(atPath: "\(path)/tzdata.zi"), data.starts(with: mark.utf8) else {
            return nil
        }
        return Self.version(
            in: String(decoding: data.dropFirst(mark.utf8.count).prefix(Self.longestVersion), as: UTF8.self))
    }

    private static func version(in text: String) -> String? {
        text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
