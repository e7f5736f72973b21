import DaemonTestSupport
import Postgres
import Subprocess
import Testing

/// A server whose settings were made for people, or against them.
@Suite struct SettingsTests {
    /// Each would end a daemon's sessions or make its statements fail.
    private static let hostile = [
        "statement_timeout": "100ms", "lock_timeout": "1ms", "idle_in_transaction_session_timeout": "100ms",
        "idle_session_timeout": "200ms", "default_transaction_isolation": "serializable",
        "default_transaction_deferrable": "on", "timezone": "Pacific/Chatham", "datestyle": "SQL, DMY",
        "intervalstyle": "sql_standard", "bytea_output": "escape", "extra_float_digits": "-15",
    ]

    /// Longer than any limit among them.
    private static let long = Duration.milliseconds(400)

    @Test func `limits and defaults made for people do not reach the daemon`() async throws {
        try await FaultCluster.with(Self.hostile) { cluster in
            let slow = Self.long
            let connection = try await PostgresConnection.connect(to: cluster.address)
            try await connection.transaction { transaction in
                try await transaction.execute("select 1")
                try await ContinuousClock().sleep(for: slow)
                try await transaction.execute("select pg_sleep(\(slow / .seconds(1)))")
            }
            try await ContinuousClock().sleep(for: slow)
            try await connection.execute("select 1")
            await connection.close()
            let daemons = try ["one", "two"].map { try BankDaemon(cluster.tcp, name: $0) }
            try await living(daemons) {
                try await cluster.order(60)
                try await cluster.untilAllIsDone(60)
            }
            let balance = try await Balance(of: cluster)
            balance.expectBalanced("\(daemons.flatMap(\.log.all))")
            #expect(balance.failures == 0)
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    DaemonSettings.quick, database: cluster.tcp, in: directory
                ) { daemon in
                    try await daemon.ready()
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
            }
        }
    }

    @Test func `a server that takes no writes by default is refused, with the reason`() async throws {
        try await FaultCluster.with(["default_transaction_read_only": "on"]) { cluster in
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    DaemonSettings.quick, database: cluster.uri, in: directory
                ) { daemon in
                    try await daemon.notify.status(with: "starting: self-tests: readWrite: the server takes no writes")
                    try await cluster.tell("alter system set default_transaction_read_only = off")
                    try await cluster.tell("select pg_reload_conf()")
                    try await daemon.ready()
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
            }
        }
    }

    @Test func `with a standby alone the daemon waits and says so, and begins when it is promoted`() async throws {
        try await FaultCluster.with { primary in
            let standby = try await primary.standby(isSynchronous: false)
            try await primary.stop(.immediate)
            try await withDirectory { directory in
                let uri = """
                    host=\(primary.directory),\(standby.directory) port=\(primary.port),\(standby.port) \
                    user=\(FaultCluster.user) dbname=\(FaultCluster.database) target_session_attrs=read-write
                    """
                let ending = try await WatchedDaemon.run(
                    DaemonSettings.quick, database: uri, in: directory
                ) { daemon in
                    try await daemon.notify.status(with: "session is read-only")
                    try await standby.promote()
                    try await daemon.ready()
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
            }
            try await standby.remove()
        }
    }
}
