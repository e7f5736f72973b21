import Synchronization

/// Who is at work, as those at work see it: a job is in here only while its lease is held, so what two hold at once,
/// or more than a limit allows, is a breach.
final class HeldJobs: Sendable {
    private struct State {
        var jobs: Set<Int64> = []
        var keys: [String: Int] = [:]
        var most: [String: Int] = [:]
        var violations = 0
    }

    private let state = Mutex(State())

    /// How often a job was taken that was held already.
    var violations: Int { state.withLock { $0.violations } }

    /// The most that were at work at once under `key`.
    func most(_ key: String) -> Int { state.withLock { $0.most[key] ?? 0 } }

    /// The most under any key.
    var most: Int { state.withLock { $0.most.values.max() ?? 0 } }

    func take(_ jobs: [Int64]) {
        state.withLock { state in
            for job in jobs where !state.jobs.insert(job).inserted { state.violations += 1 }
        }
    }

    func leave(_ jobs: [Int64]) {
        state.withLock { $0.jobs.subtract(jobs) }
    }

    /// One more is at work under `key`.
    func enter(_ key: String) {
        state.withLock { state in
            state.keys[key, default: 0] += 1
            state.most[key] = max(state.most[key] ?? 0, state.keys[key] ?? 0)
        }
    }

    func exit(_ key: String) {
        state.withLock { $0.keys[key, default: 0] -= 1 }
    }
}
