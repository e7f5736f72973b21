import DaemonTestSupport
import Postgres
import TestSupport
import Testing

/// The connection goes while COMMIT is under way: nobody says whether it happened.
@Suite struct CommitTests {
    private static let rounds = Proof.isLong ? 30 : 2

    @Test(arguments: [Network.Weather.swallowing, .cut])
    func `an attempt whose connection vanishes in the middle of COMMIT is neither doubled nor lost`(
        weather: Network.Weather
    ) async throws {
        try await FaultCluster.with { cluster in
            let network = try Network(to: cluster.port)
            defer { network.end() }
            let recovery = Recovery("database.commit_unknown")
            // A transaction that ends lingers in its COMMIT for a moment, before or after it is durable.
            try await cluster.tell(
                """
                create function bank.linger() returns trigger language plpgsql
                    as 'begin perform pg_sleep(0.3); return null; end'
                """)
            try await cluster.tell(
                """
                create constraint trigger linger after insert on bank.movement deferrable initially deferred
                    for each row when (new.step = 1 and new.amount > 0) execute function bank.linger()
                """)
            let daemon = try BankDaemon(network.uri(of: cluster), name: "far", slots: 2)
            try await daemon.live {
                for round in 0..<Self.rounds {
                    try await cluster.order(numbers: [round])
                    try await until("a COMMIT is under way") {
                        try await cluster.count(
                            "select count(*) from pg_stat_activity where query ~ '^COMMIT' and wait_event = 'PgSleep'"
                        ) > 0
                    }
                    let begin = ContinuousClock.now
                    network.strike(weather)
                    try await cluster.untilAllIsDone(round + 1)
                    recovery.add(ContinuousClock.now - begin)
                }
            }
            let balance = try await Balance(of: cluster)
            balance.expectBalanced("\(daemon.log.all.suffix(20))")
            try recovery.record(double: balance.double, lost: balance.lost)
        }
    }
}
