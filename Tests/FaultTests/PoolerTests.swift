import DaemonTestSupport
import Jobs
import JobsPostgres
import Postgres
import Subprocess
import Testing

/// A pooler stands between the daemon and the server.
@Suite struct PoolerTests {
    private static let takesOptions = ["", "ignore_startup_parameters = options"]

    @Test(arguments: takesOptions)
    func `behind a transaction pooler the daemon is not ready, says why, and takes no job`(
        settings: String
    ) async throws {
        try await FaultCluster.with { cluster in
            try await cluster.orderValuation()
            try await Bouncer.with(.transaction, to: cluster, settings: settings) { bouncer in
                try await withDirectory { directory in
                    let ending = try await WatchedDaemon.run(
                        DaemonSettings.quick, database: bouncer.uri, in: directory
                    ) { daemon in
                        try await daemon.notify.status(with: "starting: self-tests: sessionLock: ")
                        // By itself, whatever the daemon says.
                        let doctor = try await Tool.run(
                            ["--socket", daemon.files.socket, "doctor"],
                            environment: ["BURSAR_DATABASE_URL": bouncer.uri])
                        #expect(doctor.output.contains("never in transaction mode"), "\(doctor)")
                        // It looks again every few seconds, and goes on refusing.
                        try await daemon.notify.status(with: "pooler in session mode, never in transaction mode")
                        daemon.process.stop()
                    }
                    #expect(ending.status == .exited(0), "\(ending.log)")
                    #expect(!ending.log.contains("BRS-1001"), "\(ending.log)")
                }
                let taken = try await cluster.count(
                    "select count(*) from bursar.job where state <> 'waiting' or attempt > 0")
                #expect(taken == 0)
                #expect(try await cluster.count("select count(*) from bursar.daemon") == 0)
            }
        }
    }

    @Test(arguments: takesOptions)
    func `behind a pooler in session mode it works`(settings: String) async throws {
        try await FaultCluster.with { cluster in
            try await Bouncer.with(.session, to: cluster, settings: settings) { bouncer in
                let connection = try await PostgresConnection.connect(to: PostgresAddress(uri: bouncer.uri))
                // The server's own default is another zone; the pooler did not pass ours on.
                #expect(try await connection.value("select current_setting('TimeZone')", as: String.self) == "UTC")
                await connection.close()
                let daemon = try BankDaemon(bouncer.uri, name: "pooled", poolSize: 4)
                try await daemon.live {
                    try await cluster.order(20)
                    try await cluster.untilAllIsDone(20)
                }
                try await Balance(of: cluster).expectBalanced()
                try await withDirectory { directory in
                    let ending = try await WatchedDaemon.run(
                        DaemonSettings.quick, database: bouncer.uri, in: directory
                    ) { daemon in
                        try await daemon.ready()
                        daemon.process.stop()
                    }
                    #expect(ending.status == .exited(0), "\(ending.log)")
                }
            }
        }
    }
}

/// Settings of the daemon as a process.
enum DaemonSettings {
    /// Notices everything soon; nothing happens by itself.
    static let quick = with("")

    static func with(_ more: String) -> String {
        """
        engine: {workers: 2, lease: 4s, beat: 500ms, poll: 500ms, drain: 5s}
        \(more)
        schedules:
          investments.hourly: {enabled: false}
          investments.daily: {enabled: false}
        """
    }
}

extension FaultCluster {
    /// A job for the daemon's own kind.
    func orderValuation() async throws {
        try await session { connection in
            _ = try await connection.enqueue(NewJob(kind: "investments.value", payload: #"{"mode": "full"}"#))
        }
    }
}
