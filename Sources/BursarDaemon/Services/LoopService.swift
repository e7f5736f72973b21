import ServiceLifecycle

/// A loop that needs no drain: it is cancelled when its turn to stop comes, and then tidies up.
struct LoopService: Service {
    let loop: @Sendable () async throws -> Void
    var afterwards: @Sendable () async -> Void = {}

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown(loop)
        } catch where Task.isShuttingDownGracefully {
            // Told to stop, by us: whatever the loop was at was cancelled, and says so in its own words.
        }
        await afterwards()
    }
}
