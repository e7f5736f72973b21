import FoundationEssentials

/// The programs of one major version of PostgreSQL.
struct ServerBinaries: Sendable, Hashable {
    let major: Int
    let directory: String

    /// Majors whose SQL, tools and files this build was written for.
    static let supported = 15...18
    private static let programs = ["createdb", "initdb", "pg_ctl", "postgres", "psql"]

    func path(_ program: String) -> String { directory + "/" + program }

    static func areComplete(_ directory: String) -> Bool {
        programs.allSatisfy { FileManager.default.isExecutableFile(atPath: directory + "/" + $0) }
    }

    /// Reads `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, and `17beta1` as 17.
    static func major(inVersion text: String) -> Int? {
        guard let word = text.split(separator: " ").dropFirst(2).first else { return nil }
        return Int(word.prefix { $0.isASCII && $0.isNumber })
    }

    /// All that the search finds, by major; each major once, where it was found first.
    static func installed(
        _ search: BinarySearch, version: (_ program: String) async throws(EmbeddedClusterError) -> String
    ) async throws(EmbeddedClusterError) -> [Int: ServerBinaries] {
        var found: [Int: ServerBinaries] = [:]
        for major in supported {
            if let directory = search.directory(of: major) {
                found[major] = ServerBinaries(major: major, directory: directory)
            }
        }
        for directory in search.directories where areComplete(directory) {
            guard let major = major(inVersion: try await version(directory + "/postgres")) else { continue }
            if found[major] == nil { found[major] = ServerBinaries(major: major, directory: directory) }
        }
        return found
    }
}
