/// Why the embedded cluster cannot be started, asked or stopped: what, where, and how to fix it. Safe to show.
package struct EmbeddedClusterError: Error, Sendable, Hashable {
    /// What kind of failure.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The path cannot hold a cluster: too long for a socket, a character that PostgreSQL's tools cannot carry.
        case directoryUnusable
        /// The directory cannot be made, belongs to somebody else, or its account cannot reach it.
        case directoryUnreachable
        /// `data` is there and is no cluster.
        case notACluster
        /// Another process holds the directory.
        case inUse
        /// This value is starting or stopping already.
        case busy
        /// No supported PostgreSQL server is installed.
        case serverMissing
        /// There is no such account on this machine.
        case accountMissing
        /// The cluster was made by a major version that cannot be run here.
        case majorUnsupported
        /// initdb failed.
        case initializationFailed
        /// The server ended before it took connections.
        case launchFailed
        /// The server runs and did not take connections in time.
        case notReady
        /// The server runs and the database could not be made.
        case databaseFailed
        /// The server did not stop.
        case stopFailed
        /// A program of the system could not be run.
        case commandFailed
        /// The task was cancelled.
        case cancelled
    }

    package let code: Code
    /// One sentence without a full stop.
    package let what: String
    /// The path it is about.
    package let place: String
    /// How to fix it.
    package let hint: String

    init(_ code: Code, _ what: String, at place: String, hint: String) {
        self.code = code
        self.what = what
        self.place = place
        self.hint = hint
    }
}

extension EmbeddedClusterError: CustomStringConvertible {
    /// `place: what. Hint: …`
    package var description: String { "\(place): \(what). Hint: \(hint)" }
}
