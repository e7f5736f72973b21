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

    /// Who is at the other end of the socket; nil when the kernel does not say.
    func peer() async -> Peer? {
        await Peer.of(channel)
    }
}
