/// What befalls a worker at a boundary.
enum Fault: String, Sendable, CaseIterable {
    /// SIGKILL.
    case kill
    /// The server's process behind the session is ended.
    case terminate
    /// Both sides of the session's socket are closed.
    case cut
    /// The request goes out, its answer does not arrive, and the socket is closed.
    case loseReply
    /// The socket is closed, and the request arrives at the server when the worker has long begun to mend things.
    case delay
    /// Every session falls silent and stays open, as with a host that vanished.
    case halfOpen
    /// SIGSTOP, until others have retaken and ended its jobs; then SIGCONT.
    case freeze

    /// Whether others only get the worker's jobs by their hard deadline.
    var needsDeadline: Bool { self == .halfOpen || self == .freeze }
    /// Whether the worker goes on by itself.
    var isSurvived: Bool { self == .terminate || self == .cut || self == .loseReply || self == .delay }

    /// A request that is answered can no longer be late, and a call has no server's process behind it.
    func befits(_ boundary: Boundary) -> Bool {
        switch self {
        case .delay: boundary.moment == .before && boundary.statement != "lookup"
        case .terminate: !Company.calls.contains(boundary.statement)
        case .kill, .cut, .loseReply, .halfOpen, .freeze: true
        }
    }
}
