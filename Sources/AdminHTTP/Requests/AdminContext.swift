import Audit
import Hummingbird
import Logging
import NIOCore

/// What a handler knows besides the request.
struct AdminContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who asks, for the audit.
    func actor() async -> Actor {
        guard let peer = await peer() else { return Actor(name: "unknown", uid: nil) }
        return Actor(name: peer.name ?? "uid \(peer.uid)", uid: peer.uid)
    }

    /// Who is at the other end of the socket; nil when the kernel does not say.
    func peer() async -> Peer? {
        await Peer.of(channel)
    }
}
