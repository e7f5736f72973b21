/// What this machine knows of time beside its wall clock.
package protocol MachineClock: Sendable {
    /// Time since the machine booted, sleep included. Nobody can set it.
    var sinceBoot: Duration { get }
    /// The kernel says that the wall clock follows a source that it trusts.
    var isSynchronised: Bool { get }
}
