import Jobs
import Postgres
import Synchronization

/// The kinds whose jobs a store runs, and what gates them now.
final class KindBook: Sendable {
    private struct Kinds {
        let byKind: [JobKind: KindLimits]
        /// Claimed one by one: those that nothing gates, and the others.
        let open: [KindLimits]
        let gated: [KindLimits]

        init(_ kinds: [KindLimits]) {
            byKind = Dictionary(kinds.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
            open = kinds.filter { !$0.isIdempotent && $0.gates == .open }
            gated = kinds.filter { !$0.isIdempotent && $0.gates != .open }
        }
    }

    private let held: Mutex<Kinds>

    init(_ kinds: [KindLimits]) {
        held = Mutex(Kinds(kinds))
    }

    var byKind: [JobKind: KindLimits] { held.withLock { $0.byKind } }
    var open: [KindLimits] { held.withLock { $0.open } }
    var gated: [KindLimits] { held.withLock { $0.gated } }

    /// What gates them from the next claim on.
    func set(_ kinds: [KindLimits]) {
        held.withLock { $0 = Kinds(kinds) }
    }
}

extension PostgresJobStore {
    var kinds: [JobKind: KindLimits] { book.byKind }
    var open: [KindLimits] { book.open }
    var gated: [KindLimits] { book.gated }

    /// Has other limits hold from now on: for this daemon's claims, and for all whose build gates the same kinds.
    package func limit(_ kinds: [KindLimits]) async throws {
        try await pool.run(DeclareKinds(kinds: kinds.map(\.kind), limits: kinds))
        book.set(kinds)
    }
}
