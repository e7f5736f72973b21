import AdminAPI
import AdminHTTP
import Audit
import Primitives

/// The daemon as its own admin API asks it.
struct RunningDaemon: DaemonControl {
    let reloader: Reloader
    let supervision: Supervision

    func reload(_ request: ReloadRequest, by actor: Actor) async -> ReloadAnswer {
        await reloader.order(request, by: actor, channel: .socket)
    }

    func configuration() async -> ConfigurationAnswer { await reloader.configuration }

    var loops: [LoopState] { supervision.ledger.loops }

    func checks() async -> [ReadinessCheck] { supervision.board.checks }
}
