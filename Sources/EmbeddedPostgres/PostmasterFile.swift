/// What `postmaster.pid` says. Pure.
struct PostmasterFile: Sendable, Hashable {
    /// Line 8, which the server writes as it goes along.
    enum Phase: String, Sendable, Hashable {
        case starting, stopping, ready, standby
    }

    /// Negative for a server in single-user mode.
    let processID: Int32
    /// Nil before the server has written it.
    let phase: Phase?

    /// Nil when there is no process number in it.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let number = Int32(first), number != 0, number != .min else { return nil }
        processID = number
        phase = lines.count > 7 ? Phase(rawValue: lines[7].filter { $0 != " " }) : nil
    }
}
