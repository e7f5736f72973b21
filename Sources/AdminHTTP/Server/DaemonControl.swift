package import AdminAPI
package import Audit
package import Primitives

/// What the routes may ask of the daemon itself.
package protocol DaemonControl: Sendable {
    /// Reads the configuration again and says what came of it.
    func reload(_ request: ReloadRequest, by actor: Actor) async -> ReloadAnswer
    /// The configuration that holds.
    func configuration() async -> ConfigurationAnswer
    /// The loops that must keep moving.
    var loops: [LoopState] { get }
    /// What must hold, besides a database that answers, before the daemon takes work.
    func checks() async -> [ReadinessCheck]
}
