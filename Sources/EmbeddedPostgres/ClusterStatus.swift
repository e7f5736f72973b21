/// What is in a cluster's directory at this moment.
package enum ClusterStatus: Sendable, Hashable {
    /// No cluster was made yet. Can go to: stopped, running.
    case absent
    /// Can go to: unready, running.
    case stopped(major: Int)
    /// A server runs and takes no connections: it starts, recovers or stops. Can go to: running, stopped.
    case unready(major: Int, processID: Int32)
    /// A server runs and takes connections. Can go to: unready, stopped.
    case running(major: Int, processID: Int32)
}
