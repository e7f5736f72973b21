import Testing

/// Asks until it is so; a test that waits for minutes has failed.
func until(_ question: @Sendable () async throws -> Bool) async throws {
    for _ in 0..<6_000 {
        if try await question() { return }
        try await ContinuousClock().sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true in time")
}
