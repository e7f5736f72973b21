import DaemonTestSupport
import Jobs
import JobsPostgres
import Postgres
import TestSupport
import Testing

/// When a daemon counts as dead: two witnesses, and time for everybody after the server itself was away.
@Suite struct ReaperTests {
    /// Several beats long, so that a test need not wait for long.
    private static let liveness = Liveness(lease: .seconds(4), beat: .milliseconds(500))

    /// What may take the server away.
    enum Absence: CaseIterable, Sendable {
        case restarted, crashed, promoted
    }

    @Test(arguments: Absence.allCases)
    func `after the server was away nobody is dead until a full lease has passed`(absence: Absence) async throws {
        try await FaultCluster.with { cluster in
            let standby = absence == .promoted ? try await cluster.standby(isSynchronous: true) : nil
            let survivor = standby ?? cluster
            try await cluster.untilOlder(than: Self.liveness.lease)
            try await standby?.untilOlder(than: Self.liveness.lease)
            // A daemon that took a job and is gone with the server's first life.
            try await cluster.order(1)
            let gone = try BankDaemon(cluster.uri, name: "gone", liveness: Self.liveness)
            try await gone.holding {
                let reaper = try BankDaemon(cluster.uri, name: "reaper", liveness: Self.liveness)
                try await reaper.holding { _ = try await reaper.store.reap() }
                _ = try await gone.store.beat()
                #expect(try await gone.store.claim(limit: 1).claims.count == 1)
            }
            switch absence {
            case .restarted: try await cluster.restart(.fast)
            case .crashed: try await cluster.crashOneSession()
            case .promoted:
                try await cluster.stop(.immediate)
                try await standby?.promote()
            }
            let reaper = try BankDaemon(survivor.uri, name: "reaper", liveness: Self.liveness)
            try await reaper.holding {
                _ = try await reaper.store.beat()
                let begin = ContinuousClock.now
                // The beat is long stale, and the lock is gone.
                try await survivor.untilStale(Self.liveness.staleAfter)
                #expect(try await reaper.store.reap() == 0)
                try await until("the lease is over") { try await reaper.store.reap() == 1 }
                // The reaper first looked a moment after the server came back.
                #expect(ContinuousClock.now - begin > Self.liveness.lease - .seconds(1))
            }
            try await standby?.remove()
        }
    }

    @Test func `a daemon that is frozen is left alone until the hard deadline, then its session is ended`()
        async throws
    {
        try await FaultCluster.with { cluster in
            try await cluster.untilOlder(than: Self.liveness.lease)
            let definition = Bank.definition(pause: .zero, deadline: .seconds(5))
            let frozen = try BankDaemon(cluster.uri, name: "frozen", liveness: Self.liveness, definition: definition)
            let reaper = try BankDaemon(cluster.uri, name: "reaper", liveness: Self.liveness, definition: definition)
            try await cluster.order(1)
            try await frozen.holding {
                _ = try await frozen.store.beat()
                let claim = try #require(try await frozen.store.claim(limit: 1).claims.first)
                // From here on it does nothing: it holds its lock and beats no more.
                try await reaper.holding {
                    _ = try await reaper.store.beat()
                    try await cluster.untilStale(Self.liveness.staleAfter)
                    #expect(try await reaper.store.reap() == 0, "the lock is held: slow, not dead")
                    try await until("the hard deadline") { try await reaper.store.reap() == 1 }
                    let held = try await cluster.count(
                        """
                        select count(*) from pg_locks l join bursar.daemon d
                          on l.locktype = 'advisory' and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key
                        where d.host = 'frozen'
                        """)
                    #expect(held == 0, "its session was ended")
                    #expect(try await reaper.store.claim(limit: 1).claims.first?.job == claim.job)
                }
                await #expect(throws: LeaseLost.self) {
                    try await frozen.store.step(claim, checkpoint: "1", progress: nil) { _ in }
                }
            }
        }
    }

    @Test func `statistics that somebody resets spare the dead for a lease, and not for ever`() async throws {
        try await FaultCluster.with { cluster in
            try await cluster.untilOlder(than: Self.liveness.lease)
            let gone = try BankDaemon(cluster.uri, name: "gone", liveness: Self.liveness)
            let reaper = try BankDaemon(cluster.uri, name: "reaper", liveness: Self.liveness)
            try await cluster.order(1)
            try await reaper.holding {
                _ = try await reaper.store.beat()
                try await gone.holding {
                    _ = try await gone.store.beat()
                    #expect(try await gone.store.claim(limit: 1).claims.count == 1)
                }
                try await cluster.endSession(of: "gone")
                try await cluster.untilStale(Self.liveness.staleAfter)
                // It looks as if the server had recovered from a crash, and nobody connects anew.
                try await cluster.tell("select pg_stat_reset_shared('bgwriter')::text")
                #expect(try await reaper.store.reap() == 0)
                try await until("the lease is over") { try await reaper.store.reap() == 1 }
            }
        }
    }

    @Test func `a dead daemon's job is retaken within seconds`() async throws {
        try await FaultCluster.with { cluster in
            let recovery = Recovery("database.dead_daemon")
            let liveness = Liveness(lease: .seconds(10))
            try await cluster.untilOlder(than: liveness.lease)
            let dead = try BankDaemon(cluster.uri, name: "dead", liveness: liveness)
            let heir = try BankDaemon(cluster.uri, name: "heir", liveness: liveness)
            try await cluster.order(1)
            try await dead.holding {
                _ = try await dead.store.beat()
                #expect(try await dead.store.claim(limit: 1).claims.count == 1)
            }
            try await cluster.endSession(of: "dead")
            let begin = ContinuousClock.now
            try await heir.live {
                try await cluster.untilAllIsDone(1)
                recovery.add(ContinuousClock.now - begin)
            }
            let balance = try await Balance(of: cluster)
            balance.expectBalanced()
            try recovery.record(double: balance.double, lost: balance.lost)
        }
    }
}

extension BankDaemon {
    /// Its connections without its loops, while `body` runs. Its own session stays until the server ends it.
    func holding(_ body: @Sendable () async throws -> Void) async throws {
        let outcome: Result<Void, any Error>
        async let running: Void = pool.run()
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        pool.shutDown()
        await running
        try outcome.get()
    }
}

extension FaultCluster {
    /// As the kernel ends the session of a process that was killed.
    func endSession(of host: String) async throws {
        try await tell(
            """
            select pg_terminate_backend(l.pid, 5000) from pg_locks l join bursar.daemon d
              on l.locktype = 'advisory' and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key and l.granted
            where d.host = \(host)
            """)
    }

    /// Returns once every beat is older than `age`.
    func untilStale(_ age: Duration) async throws {
        try await tell(
            """
            select pg_sleep(greatest(0, extract(epoch from max(beat_at) - clock_timestamp())
                                        + \(age / .seconds(1)) + 0.1))
            from bursar.daemon where ended_at is null and host <> 'reaper'
            """)
    }
}
