import AdminHTTP
import Primitives

/// Asks the admin socket for an answer every few seconds, as a client would: a daemon that operators cannot reach hangs
/// as far as they are concerned.
struct SocketProber: Sendable {
    private let admin: AdminServer
    private let progress: LoopProgress

    private static let pause = Duration.seconds(10)
    private static let limit = Duration.seconds(25)

    init(admin: AdminServer, ledger: ProgressLedger) {
        self.admin = admin
        progress = ledger.enter("admin socket", limit: Self.limit)
    }

    /// Runs until cancelled.
    func run() async {
        defer { progress.leave() }
        do { try await admin.bound() } catch { return }
        while !Task.isCancelled {
            switch await admin.probe() {
            case .answered: progress.advance()
            case .silent: break
            case .unreachable: progress.wait(for: "its file, or for clients to leave")
            }
            try? await ContinuousClock().sleep(for: Self.pause)
        }
    }
}
