import DaemonTestSupport
import Jobs
import JobsPostgres
import Postgres
import Subprocess
import Synchronization
import TestSupport
import Testing

/// Connections run out: the server's, and the daemon's own.
@Suite struct ExhaustionTests {
    private static let rounds = Proof.isLong ? 10 : 2

    @Test func `a server that is full when the daemon starts is waited for, and said`() async throws {
        try await FaultCluster.with(["max_connections": "12"]) { cluster in
            let crowd = try await Crowd.fill(cluster)
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    DaemonSettings.quick, database: cluster.tcp + " user=\(Crowd.ordinary)", in: directory
                ) { daemon in
                    try await daemon.notify.status(with: "starting: database: ")
                    await crowd.leave()
                    try await daemon.ready()
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
                #expect(ending.log.contains("53300"), "\(ending.log)")
            }
        }
    }

    @Test func `a server that fills up while jobs run and loses the daemon's sessions is waited for`() async throws {
        try await FaultCluster.with(["max_connections": "14"]) { cluster in
            let recovery = Recovery("database.server_full")
            try await Crowd.admit(to: cluster)
            let daemon = try BankDaemon(
                cluster.uri + " user=\(Crowd.ordinary)", name: "crowded", poolSize: 4,
                definition: Bank.definition(pause: .milliseconds(50)))
            try await daemon.live {
                let transfers = try await cluster.whileOrdering(pause: .milliseconds(40)) {
                    for _ in 0..<Self.rounds {
                        _ = try await cluster.untilWorkGoesOn(since: .now)
                        try await cluster.tell(
                            """
                            select pg_terminate_backend(pid, 2000) from pg_stat_activity
                            where usename = \(Crowd.ordinary)
                            """)
                        let crowd = try await Crowd.fill(cluster)
                        try await ContinuousClock().sleep(for: .milliseconds(500))
                        let begin = ContinuousClock.now
                        await crowd.leave()
                        recovery.add(try await cluster.untilWorkGoesOn(since: begin))
                    }
                }
                try await cluster.untilAllIsDone(transfers)
            }
            let balance = try await Balance(of: cluster)
            balance.expectBalanced("\(daemon.log.all.suffix(20))")
            try recovery.record(double: balance.double, lost: balance.lost)
        }
    }

    @Test func `while long transactions hold the whole pool the daemon lives on, and claims when one is free`()
        async throws
    {
        try await FaultCluster.with { cluster in
            let recovery = Recovery("database.pool")
            let liveness = Liveness(lease: .seconds(2), beat: .milliseconds(200))
            let daemon = try BankDaemon(cluster.uri, name: "busy", liveness: liveness, poolSize: 3)
            try await cluster.untilOlder(than: liveness.lease)
            try await daemon.live {
                try await until("it lives") { await daemon.session.current != nil }
                let id = await daemon.session.current
                // Every connection of the pool, for much longer than a lease.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 {
                        group.addTask {
                            try await daemon.pool.transaction { transaction in
                                _ = try await transaction.execute("select pg_sleep(6)")
                            }
                        }
                    }
                    try await until("the pool is all busy") {
                        try await cluster.count(
                            """
                            select count(*) from pg_stat_activity
                            where application_name = 'bank busy' and wait_event = 'PgSleep'
                            """) == 3
                    }
                    try await cluster.order(10)
                    // It beats all the time: its session is its own.
                    for _ in 0..<10 {
                        try await ContinuousClock().sleep(for: .milliseconds(300))
                        let isFresh = try await cluster.ask(
                            """
                            select bool_and(clock_timestamp() - beat_at < interval '1500 milliseconds')
                            from bursar.daemon where ended_at is null
                            """, as: Bool.self)
                        #expect(isFresh)
                    }
                    try await group.waitForAll()
                }
                let begin = ContinuousClock.now
                recovery.add(try await cluster.untilWorkGoesOn(since: begin))
                try await cluster.untilAllIsDone(10)
                #expect(await daemon.session.current == id, "nobody took it for dead")
            }
            let balance = try await Balance(of: cluster)
            balance.expectBalanced("\(daemon.log.all)")
            try recovery.record(double: balance.double, lost: balance.lost)
        }
    }
}

/// Others who take every connection that the server gives to ordinary roles.
private final class Crowd: Sendable {
    /// May do everything but what a superuser's reserved connections are for.
    static let ordinary = "ordinary"

    private let connections = Mutex<[PostgresConnection]>([])

    static func admit(to cluster: FaultCluster) async throws {
        try await cluster.session { connection in
            try await connection.script(
                """
                do $$ begin
                    if not exists (select from pg_roles where rolname = '\(ordinary)') then
                        create role \(ordinary) login;
                    end if;
                end $$;
                grant usage on schema bursar, bank, investments to \(ordinary);
                grant all on all tables in schema bursar, bank, investments to \(ordinary);
                grant all on all sequences in schema bursar, bank, investments to \(ordinary);
                """)
        }
    }

    static func fill(_ cluster: FaultCluster) async throws -> Crowd {
        try await admit(to: cluster)
        let crowd = Crowd()
        let address = try cluster.address.setting("user", to: ordinary)
        while true {  // Ends: the server is full.
            do {
                crowd.add(try await PostgresConnection.connect(to: address))
            } catch {
                guard error.sqlState == "53300" else { throw error }
                return crowd
            }
        }
    }

    private func add(_ connection: PostgresConnection) {
        connections.withLock { $0.append(connection) }
    }

    func leave() async {
        for connection in connections.withLock({ $0 }) { await connection.close() }
    }
}
