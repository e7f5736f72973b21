import Postgres
import ProviderSupport
import Synchronization

/// Ends performers at random: before any statement, and on either side of a call.
final class Deaths: StatementObserver {
    private struct State {
        var random: SeededRandom
        var share = 0.0
        var count = 0
    }

    private let state: Mutex<State>

    /// The task that dies with the call that is under way in it.
    @TaskLocal static var victim: Shared<Task<Void, Never>?>?

    /// What needs very many statements must be likely to come to its end at all.
    @TaskLocal static var scale = 1.0

    init(seed: UInt64) {
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    var count: Int { state.withLock { $0.count } }

    func set(share: Double) {
        state.withLock { $0.share = share }
    }

    /// Of these some are errors after which the unit is run again, the others end whoever ran it.
    func willRun(_ statement: String) throws(PostgresError) {
        let fate = state.withLock { state -> Int in
            guard state.random.happens(state.share * Self.scale) else { return 0 }
            state.count += 1
            return state.random.happens(0.3) ? 1 : 2
        }
        if fate == 1 { throw PostgresError(.serializationFailure, "asked to run again") }
        if fate == 2 { throw PostgresError(.cancelled, "died before \(statement)") }
    }

    func didRun(_ statement: String, took: Duration, failure: PostgresError?) {}

    /// In the middle of a call.
    func pass(_ phase: TestProvider.Phase) throws {
        let dies = state.withLock { state in
            let dies = state.random.happens(state.share * 4)
            if dies { state.count += 1 }
            return dies
        }
        guard dies, let victim = Self.victim else { return }
        victim.value?.cancel()
        throw CancellationError()
    }
}
