import DaemonTestSupport
import Jobs
import Postgres
import TestSupport
import Testing

/// The network takes what is sent, and says nothing.
@Suite struct BlackHoleTests {
    private static let rounds = Proof.isLong ? 12 : 1
    /// The beat of production, and as short a lease as it allows.
    private static let liveness = Liveness(lease: .seconds(10))

    @Test(arguments: [Network.Weather.swallowing, .cut])
    func `a daemon whose connections go dead finds out, and goes on through new ones`(
        weather: Network.Weather
    ) async throws {
        try await FaultCluster.with { cluster in
            let network = try Network(to: cluster.port)
            defer { network.end() }
            let recovery = Recovery("database.black_hole")
            let daemon = try BankDaemon(
                network.uri(of: cluster), name: "far", definition: Bank.definition(pause: .milliseconds(50)))
            try await daemon.live {
                let transfers = try await cluster.whileOrdering(pause: .milliseconds(40)) {
                    for _ in 0..<Self.rounds {
                        _ = try await cluster.untilWorkGoesOn(since: .now)
                        let begin = ContinuousClock.now
                        network.strike(weather)
                        // What was on its way may still arrive.
                        try await cluster.untilStill()
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

    @Test func `what a vanished daemon held goes to another one: the server lets go of its lock by itself`()
        async throws
    {
        try await FaultCluster.with { cluster in
            let network = try Network(to: cluster.port)
            defer { network.end() }
            let recovery = Recovery("database.vanished_daemon")
            let far = try BankDaemon(
                network.uri(of: cluster), name: "far", liveness: Self.liveness,
                definition: Bank.definition(pause: .seconds(4)))
            let near = try BankDaemon(cluster.tcp, name: "near", liveness: Self.liveness)
            let transfers = 4
            try await far.live {
                try await cluster.order(transfers)
                try await until("the far one has them all") {
                    try await cluster.count("select count(*) from bursar.job where state = 'running'") == transfers
                }
                // A server that has just started takes nobody for dead.
                try await cluster.untilOlder(than: Self.liveness.lease)
                let begin = ContinuousClock.now
                network.strike(.cut, lasting: true)
                try await near.live {
                    try await cluster.untilAllIsDone(transfers)
                    recovery.add(ContinuousClock.now - begin)
                }
                network.clear()
            }
            let balance = try await Balance(of: cluster)
            balance.expectBalanced("\(near.log.all) \(far.log.all)")
            try recovery.record(double: balance.double, lost: balance.lost)
        }
    }

    @Test func `the server is told to look whether this client is still there`() async throws {
        try await FaultCluster.with { cluster in
            let connection = try await PostgresConnection.connect(to: PostgresAddress(uri: cluster.tcp))
            for (name, value) in [
                ("tcp_keepalives_idle", "5"), ("tcp_keepalives_interval", "2"), ("tcp_keepalives_count", "3"),
                ("tcp_user_timeout", "10000"), ("client_connection_check_interval", "5s"),
            ] {
                let setting = try await connection.value("select current_setting(\(name))", as: String.self)
                #expect(setting == value, "\(name)")
            }
            await connection.close()
        }
    }
}

extension FaultCluster {
    /// Returns once the server has run for so long.
    func untilOlder(than age: Duration) async throws {
        try await tell(
            """
            select pg_sleep(greatest(0, extract(epoch from pg_postmaster_start_time() - clock_timestamp())
                                        + \(age / .seconds(1)) + 0.1))
            """)
    }

    /// Returns once nothing was paid for a moment.
    func untilStill() async throws {
        var before = -1
        try await until("nothing happens") {
            try await ContinuousClock().sleep(for: .milliseconds(400))
            let now = try await count("select count(*) from bank.movement")
            defer { before = now }
            return now == before
        }
    }
}
