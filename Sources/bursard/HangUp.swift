import Primitives
import ServiceLifecycle
import UnixSignals

/// Hears SIGHUP, from before the daemon is ready to heed it: a signal that comes early is kept, not deadly.
struct HangUp: Service {
    let signal = Signal()

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            signal.raise()
        }
    }
}
