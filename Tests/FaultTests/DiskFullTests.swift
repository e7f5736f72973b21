import DaemonTestSupport
import Postgres
import TestSupport
import Testing

/// The server has no room left to write to.
@Suite struct DiskFullTests {
    private static let rounds = Proof.isLong ? 6 : 1
    private static let noRoom = "No space left on device"
    /// As little of the log as the server lets be, so that it wants more room soon.
    private static let settings = [
        "min_wal_size": "2MB", "max_wal_size": "4MB", "wal_recycle": "off", "checkpoint_timeout": "30s",
    ]

    @Test func `when the disk is full the daemon says so and waits, and goes on when there is room`() async throws {
        try await SmallDisk.with(size: "96m", settings: Self.settings) { disk in
            let cluster = disk.cluster
            let recovery = Recovery("database.disk_full")
            let daemons = try ["one", "two"].map { try BankDaemon(cluster.uri, name: $0) }
            try await living(daemons) {
                let transfers = try await cluster.whileOrdering {
                    for _ in 0..<Self.rounds {
                        _ = try await cluster.untilWorkGoesOn(since: .now)
                        try await disk.fillUp()
                        // What needs room fails, one by one, until nothing gets done.
                        try await until("somebody says it", within: .seconds(60)) {
                            daemons.contains { $0.log.all.contains { $0.words.contains(Self.noRoom) } }
                                || cluster.lastWords.contains(Self.noRoom)
                        }
                        try await ContinuousClock().sleep(for: .seconds(2))
                        let begin = ContinuousClock.now
                        try await disk.makeRoom()
                        // A server that found no room for its log ended itself: whoever runs it starts it again.
                        if await !cluster.isRunning { try await cluster.start() }
                        recovery.add(try await cluster.untilWorkGoesOn(since: begin))
                    }
                }
                try await cluster.untilAllIsDone(transfers)
            }
            let said = daemons.flatMap(\.log.all).filter { $0.code.hasPrefix("BRS-") }
            #expect(!said.isEmpty, "a daemon that cannot write says so")
            let balance = try await Balance(of: cluster)
            balance.expectBalanced("\(said.suffix(20))")
            #expect(balance.failures == 0, "no attempt fails because the disk is full: \(said.suffix(20))")
            try recovery.record(double: balance.double, lost: balance.lost)
        }
    }
}
