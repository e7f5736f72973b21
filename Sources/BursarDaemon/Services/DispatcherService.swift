import Jobs
import ServiceLifecycle

/// Runs jobs; on shutdown claims no more and drains.
struct DispatcherService<Store: JobStore>: Service {
    let dispatcher: Dispatcher<Store>
    /// How long what runs may go on, as the settings say when the stop comes.
    let drain: @Sendable () -> Duration

    func run() async throws {
        await withGracefulShutdownHandler {
            await dispatcher.run()
        } onGracefulShutdown: { [dispatcher, drain] in
            // The handler must return at once; `run` ends when the drain is complete, so the task does not outlive it.
            Task { await dispatcher.drain(within: drain()) }
        }
    }
}
