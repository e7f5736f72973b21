/// What a command leaves behind for scripts: the codes of sysexits, and 1 for an answer that is bad.
package enum CommandStatus: Int32, Sendable, Hashable, CaseIterable {
    case success = 0
    /// The command worked; its answer is bad, such as a run that failed.
    case bad = 1
    /// It was typed wrongly.
    case usage = 64
    /// The daemon or the database cannot be reached.
    case unavailable = 69
    /// A bug.
    case bug = 70
    /// Output could not be written.
    case io = 74
    /// The other side speaks another version, or the schema is not this build's.
    case schema = 76
    case permission = 77
    case configuration = 78
}
