import FoundationEssentials

/// Where PostgreSQL's programs are looked for.
package struct BinarySearch: Sendable, Hashable {
    /// Directories with `*` for the major version, in order of preference.
    package var patterns: [String]
    /// Directories whose programs may be of any version; they are asked for it. In order of preference.
    package var directories: [String]

    package init(patterns: [String], directories: [String]) {
        self.patterns = patterns
        self.directories = directories
    }

    /// The packages of Debian, then those of Red Hat, then `PATH`.
    package static var standard: BinarySearch {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return BinarySearch(
            patterns: ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"],
            directories: path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") })
    }

    /// The directory that holds every program of `major`, as far as its name tells.
    func directory(of major: Int) -> String? {
        patterns.map { $0.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "\(major)") }
            .first(where: ServerBinaries.areComplete)
    }
}
