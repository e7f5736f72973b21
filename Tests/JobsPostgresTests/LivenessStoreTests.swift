import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct LivenessStoreTests {
    @Test func `a daemon whose lock is gone and whose beat is stale is dead, and its job is retaken`() async throws {
        try await withEngine { engine, database in
            let other = TestEngine(database, time: engine.time)
            try await withRunningPool(other.pool) {
                try await other.session.beat()
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                let claim = try #require(try await other.store.claim(limit: 1).claims.first)
                try await outliveLease(engine)
                // The lock is held: however stale the beat, it is slow and not dead.
                #expect(try await engine.store.reap() == 0)
                try await endSessionOf(other, through: engine)
                #expect(try await engine.store.reap() == 1)
                let retaken = try #require(try await engine.store.claim(limit: 1).claims.first)
                #expect(retaken.job == claim.job && retaken.lease > claim.lease && retaken.failures == 0)
                await #expect(throws: LeaseLost.self) {
                    try await other.store.step(claim, checkpoint: "{}", progress: nil) { _ in }
                }
            }
        }
    }

    @Test
    func `a daemon whose lock is gone but whose beat is fresh is left alone, and takes its lock again`() async throws {
        try await withEngine { engine, database in
            let other = TestEngine(database, time: engine.time)
            try await withRunningPool(other.pool) {
                try await other.session.beat()
                let id = await other.session.current
                _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
                let claim = try #require(try await other.store.claim(limit: 1).claims.first)
                try await endSessionOf(other, through: engine)
                #expect(try await engine.store.reap() == 0)
                await #expect(throws: (any Error).self) { try await other.session.beat() }
                try await other.session.beat()
                #expect(await other.session.current == id)
                try await outliveLease(engine)
                #expect(try await engine.store.reap() == 0)
                try await other.store.step(claim, checkpoint: "{}", progress: nil) { _ in }
            }
        }
    }

    @Test func `a daemon taken for dead goes on as a new one`() async throws {
        try await withEngine { engine, database in
            let other = TestEngine(database, time: engine.time)
            try await withRunningPool(other.pool) {
                try await other.session.beat()
                let id = await other.session.current
                try await endSessionOf(other, through: engine)
                try await outliveLease(engine)
                _ = try await engine.store.reap()
                await #expect(throws: (any Error).self) { try await other.session.beat() }
                try await other.session.beat()
                #expect(await other.session.current != id)
            }
        }
    }

    @Test func `a job that keeps killing its daemon is parked with the reason`() async throws {
        try await withEngine { engine, database in
            _ = try await engine.pool.enqueue(
                NewJob(
                    kind: "test.work",
                    run: NewRun(execution: .make(at: engine.time.now()), trigger: .manual, source: "test")),
                now: engine.time.now())
            for _ in 0..<Liveness.interruptionsMax {
                let victim = TestEngine(database, time: engine.time)
                try await withRunningPool(victim.pool) {
                    try await victim.session.beat()
                    #expect(try await victim.store.claim(limit: 1).claims.count == 1)
                    try await endSessionOf(victim, through: engine)
                    try await outliveLease(engine)
                    #expect(try await engine.store.reap() == 1)
                }
            }
            #expect(try await engine.store.claim(limit: 1).claims.isEmpty)
            #expect(
                try await engine.count("select count(*) from bursar.job where park_code = 'interrupted'") == 1)
            #expect(try await engine.count("select count(*) from bursar.run where outcome = 'parked'") == 1)
        }
    }

    @Test func `an attempt past its hard deadline is retaken even from a daemon that lives`() async throws {
        try await withEngine { engine, _ in
            _ = try await engine.pool.enqueue(NewJob(kind: "test.work"), now: engine.time.now())
            let claim = try #require(try await engine.store.claim(limit: 1).claims.first)
            engine.time.advance(by: .seconds(3_601))
            try await engine.session.beat()
            #expect(try await engine.store.reap() == 1)
            #expect(try await engine.store.fail(claim, error: "late") == false)
        }
    }

    @Test func `a kind that nobody knows is parked, and waits again when a build comes that knows it`() async throws {
        try await withEngine { engine, database in
            _ = try await engine.pool.enqueue(NewJob(kind: "test.new"), now: engine.time.now())
            _ = try await engine.store.reap()
            #expect(
                try await engine.count(
                    "select count(*) from bursar.job where state = 'parked' and park_code = 'unknown_kind'") == 1)
            let newer = TestEngine(database, kinds: ["test.new"], time: engine.time)
            try await withRunningPool(newer.pool) {
                try await newer.session.beat()
                #expect(try await newer.store.claim(limit: 1).claims.count == 1)
            }
        }
    }

    /// Ends the other daemon's direct connection from outside, as the kernel does for a dead process.
    private func endSessionOf(_ other: TestEngine, through engine: TestEngine) async throws {
        let id = try #require(await other.session.current)
        try await engine.pool.execute(
            """
            select pg_terminate_backend(l.pid, 5000) from pg_locks l join bursar.daemon d
              on l.locktype = 'advisory' and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key and l.granted
            where d.id = \(id.uuid)
              and l.database = (select oid from pg_database where datname = current_database())
            """)
    }

    /// Moves the clock past every beat, and waits until the server itself is older than a lease.
    private func outliveLease(_ engine: TestEngine) async throws {
        engine.time.advance(by: .seconds(5))
        let lease = TestEngine.liveness.lease.wholeMicroseconds
        try await engine.pool.execute(
            """
            select pg_sleep(greatest(0, extract(epoch from pg_postmaster_start_time() - clock_timestamp())
                                        + \(lease) / 1e6 + 0.05))::text
            """)
        try await engine.session.beat()
    }
}
