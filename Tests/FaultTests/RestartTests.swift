import DaemonTestSupport
import Postgres
import TestSupport
import Testing

/// The server stops and comes back while jobs run.
@Suite struct RestartTests {
    private static let rounds = Proof.isLong ? 40 : 3

    @Test func `a server that restarts, in order or by a crash, is found again and nothing is doubled or lost`()
        async throws
    {
        try await FaultCluster.with { cluster in
            let recovery = Recovery("database.restart")
            let daemons = try ["one", "two"].map { try BankDaemon(cluster.uri, name: $0) }
            try await living(daemons) {
                let transfers = try await cluster.whileOrdering {
                    _ = try await cluster.untilWorkGoesOn(since: .now)
                    for round in 0..<Self.rounds {
                        try await ContinuousClock().sleep(for: .milliseconds(.random(in: 0...500)))
                        switch round % 3 {
                        case 0: try await cluster.restart(.immediate)
                        case 1: try await cluster.restart(.fast)
                        default: try await cluster.crashOneSession()
                        }
                        recovery.add(try await cluster.untilWorkGoesOn(since: .now))
                    }
                }
                try await cluster.untilAllIsDone(transfers)
            }
            let balance = try await Balance(of: cluster)
            balance.expectBalanced("\(daemons.flatMap { $0.log.all.suffix(20) })")
            #expect(balance.failures == 0, "a restart is nobody's failure")
            try recovery.record(double: balance.double, lost: balance.lost)
        }
    }
}

extension FaultCluster {
    func restart(_ how: Stop) async throws {
        try await stop(how)
        try await start()
    }

    /// One session dies of a bug of the server: the server ends all others too, and recovers without a new start.
    func crashOneSession() async throws {
        let began = "select pg_postmaster_start_time()::text" as SQL
        let before = try await ask(began, as: String.self)
        let victim = try await PostgresConnection.connect(to: address)
        _ = try await Programs.attempt(["/bin/kill", "-KILL", "\(victim.backendPID)"])
        await victim.close()
        // Refused until it has recovered.
        let after = try await insistently { try await ask(began, as: String.self) }
        #expect(after == before, "the server itself was to stay")
    }
}
