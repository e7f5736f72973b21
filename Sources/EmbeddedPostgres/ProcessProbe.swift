import Glibc

/// Whether a process number that a postmaster wrote down is still that postmaster's.
enum ProcessProbe: Sendable, Hashable {
    case gone
    /// Another program, a server of another cluster, or a corpse that nobody reaps.
    case impostor
    /// It is the server of that directory, or cannot be told from it.
    case server

    /// `/proc/locks` and its kin are small; a process whose facts are hidden counts as the server.
    static func examine(_ processID: Int32, data: String) -> ProcessProbe {
        if kill(processID, 0) != 0 && errno == ESRCH { return .gone }
        guard let status = SmallFile.read("/proc/\(processID)/stat"), let fields = fields(ofStatus: status) else {
            return .server
        }
        if fields.state == "Z" || fields.state == "X" { return .impostor }
        if fields.program != "postgres" && fields.program != "postmaster" { return .impostor }
        // A postmaster works in its data directory.
        guard let place = SmallFile.identity("/proc/\(processID)/cwd"), let wanted = SmallFile.identity(data) else {
            return .server
        }
        return place == wanted ? .server : .impostor
    }

    /// Program and state out of `/proc/<pid>/stat`; the program's name may hold blanks and brackets.
    static func fields(ofStatus text: String) -> (program: String, state: String)? {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close,
            let state = text[text.index(after: close)...].split(separator: " ").first
        else { return nil }
        return (String(text[text.index(after: open)..<close]), String(state))
    }
}
