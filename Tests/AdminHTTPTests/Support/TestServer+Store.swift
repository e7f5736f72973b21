import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives

extension TestServer {
    /// Runs `body` beside a daemon's real store on the server's database, under the database's clock.
    func withStore(
        _ kinds: KindLimits..., build: String = "bursar test", _ body: (PostgresJobStore) async throws -> Void
    ) async throws {
        let session = DaemonSession(
            address: address,
            identity: DaemonSession.Identity(host: "here", pid: 42, build: build, kinds: kinds.map(\.kind)),
            logger: .quiet)
        let store = PostgresJobStore(
            pool: pool, session: session, kinds: kinds, liveness: Liveness(), logger: .quiet)
        try await store.beat()
        do {
            try await body(store)
        } catch {
            await session.end()
            throw error
        }
        await session.end()
    }
}

extension KindLimits {
    /// Of a test's kind.
    static func sample(_ kind: JobKind = "test.work", _ gates: JobGates = .open) -> KindLimits {
        KindLimits(kind: kind, deadline: .seconds(3_600), gates: gates)
    }
}

extension PostgresJobStore {
    /// Takes the next due job, wherever it may be.
    func claimNext() async throws -> Claim? {
        marks.reset()
        return try await claim(limit: 1).claims.first
    }
}
