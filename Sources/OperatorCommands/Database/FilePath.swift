import Glibc

/// Paths of files as they are typed.
enum FilePath {
    /// From the root on: what is written down must mean the same elsewhere, and never looks like an option.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
        defer { free(directory) }
        return String(cString: directory) + "/" + path
    }
}
