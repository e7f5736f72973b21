import Primitives
import Synchronization
import TestSupport

@testable import Jobs

/// Turns of batches without a database: what a lane asks and is told is all that counts here. That the store keeps its
/// word is for the tests of the store.
final class ScriptedBatches: JobStore {
    typealias Transaction = Never

    /// A turn as the lane asked for it.
    struct Turn: Sendable {
        let acknowledged: BatchReceipt?
        let limit: Int
    }

    private struct State {
        var waiting: [Int64] = []
        var held: [Int64: [Int64]] = [:]
        var receipts: [BatchReceipt] = []
        var asked: [Int] = []
        var lastJob: Int64 = 0
        var lastLease: Int64 = 0
    }

    let turns = EventProbe<Turn>()
    private let state = Mutex(State())
    private let failures: Set<Int>

    /// - Parameter failures: which turns fail, counted from 0.
    init(jobs: Int, failures: Set<Int> = []) {
        self.failures = failures
        add(jobs)
    }

    func add(_ count: Int) {
        state.withLock { state in
            for _ in 0..<count {
                state.lastJob += 1
                state.waiting.append(state.lastJob)
            }
        }
    }

    var waiting: [Int64] { state.withLock { $0.waiting } }
    var held: [Int64] { state.withLock { $0.held.values.joined().sorted() } }
    var receipts: [BatchReceipt] { state.withLock { $0.receipts } }
    var done: [Int64] { receipts.flatMap(\.done) }
    var asked: [Int] { state.withLock { $0.asked } }

    func turn(_ kind: JobKind, acknowledging receipt: BatchReceipt?, limit: Int) async throws -> BatchTurn {
        let answer: BatchTurn? = state.withLock { state in
            state.asked.append(limit)
            guard !failures.contains(state.asked.count - 1) else { return nil }
            var wasHeld = true
            if let receipt {
                let jobs = state.held.removeValue(forKey: receipt.lease)
                wasHeld = jobs != nil
                state.receipts.append(receipt)
                let named = Set(receipt.done + receipt.postponed.map(\.id) + receipt.ended.map(\.id))
                state.waiting += (jobs ?? []).filter { !named.contains($0) }
            }
            let ids = Array(state.waiting.prefix(limit))
            guard !ids.isEmpty else { return BatchTurn(wasHeld: wasHeld, next: nil) }
            state.waiting.removeFirst(ids.count)
            state.lastLease += 1
            state.held[state.lastLease] = ids
            let jobs = ids.map { BatchedJob(id: $0, payload: "{}", attempt: 0, failures: 0) }
            return BatchTurn(wasHeld: wasHeld, next: Batch(kind: kind, lease: state.lastLease, jobs: jobs))
        }
        guard let answer else {
            turns.record(Turn(acknowledged: nil, limit: limit))
            throw DatabaseAway()
        }
        turns.record(Turn(acknowledged: receipt, limit: limit))
        return answer
    }

    struct DatabaseAway: Error {}

    // What no lane asks.

    func claim(limit: Int) async throws -> ClaimAnswer { ClaimAnswer(claims: [], mayHaveMore: false) }
    func nextDue() async throws -> NextDue { NextDue(due: nil, isOverdue: false, now: Instant(seconds: 0)) }
    func step(
        _ claim: Claim, checkpoint: String, progress: RunProgress?, _ effects: @Sendable (Never) async throws -> Void
    ) async throws {}
    func finish(_ claim: Claim, report: RunReport, _ effects: @Sendable (Never) async throws -> Void) async throws {}
    func postpone(_ claim: Claim, until runAt: PostponedUntil, failure: String?) async throws -> Bool { true }
    func park(_ claim: Claim, because code: ParkCode, reason: String) async throws -> Bool { true }
    func fail(_ claim: Claim, error: String) async throws -> Bool { true }
    func cancel(_ claim: Claim, reason: String) async throws -> Bool { true }
    func block(_ bucket: String, for pause: Duration) async throws {}
    func judge(_ claim: Claim, failure: (any Error)?) async throws {}
    func beat() async throws -> DaemonLife { DaemonLife(unwanted: [], mayReap: false) }
    func reap() async throws -> Int { 0 }
}
