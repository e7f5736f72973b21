import DaemonTestSupport
import DatabaseTestSupport
import Postgres
import TestSupport
import Testing

/// The primary is lost, and its standby takes its place.
@Suite struct FailoverTests {
    private static let rounds = Proof.isLong ? 15 : 1
    /// Slow, so that there is work left when the primary is lost.
    private static let definition = Bank.definition(pause: .milliseconds(60))

    @Test func `with a synchronous standby nothing is doubled and nothing is lost`() async throws {
        let recovery = Recovery("database.failover")
        var double = 0
        var lost = 0
        for _ in 0..<Self.rounds {
            try await FaultCluster.with { primary in
                let standby = try await primary.standby(isSynchronous: true)
                let uri = Self.uri(primary, standby)
                let daemons = try ["one", "two"].map { try BankDaemon(uri, name: $0, definition: Self.definition) }
                let transfers = 200
                try await primary.order(transfers)
                try await living(daemons) {
                    _ = try await primary.untilWorkGoesOn(since: .now)
                    try await primary.stop(.immediate)
                    let begin = ContinuousClock.now
                    try await standby.promote()
                    recovery.add(try await standby.untilWorkGoesOn(since: begin))
                    try await standby.untilAllIsDone(transfers)
                }
                let balance = try await Balance(of: standby)
                balance.expectBalanced("\(daemons.flatMap { $0.log.all.suffix(20) })")
                double += balance.double
                lost += balance.lost
                try await standby.remove()
            }
        }
        try recovery.record(double: double, lost: lost)
    }

    @Test func `what only the lost primary knew runs again, whole, and once`() async throws {
        let recovery = Recovery("database.failover_behind")
        try await FaultCluster.with { primary in
            let standby = try await primary.standby(isSynchronous: false)
            let daemons = try ["one", "two"].map {
                try BankDaemon(Self.uri(primary, standby), name: $0, definition: Self.definition)
            }
            let transfers = 300
            try await primary.order(transfers)
            try await primary.untilKnown(to: standby)
            try await living(daemons) {
                _ = try await primary.untilWorkGoesOn(since: .now)
                // The standby hears nothing more, and the primary goes on paying.
                try await standby.tell("select pg_wal_replay_pause()")
                try await standby.tell("alter system set primary_conninfo = ''")
                try await standby.tell("select pg_reload_conf()")
                let known = try await standby.count("select count(*) from bank.movement")
                try await until("the primary is far ahead") {
                    try await primary.count("select count(*) from bank.movement") > known + 60
                }
                try await primary.stop(.immediate)
                try await standby.tell("select pg_wal_replay_resume()")
                let begin = ContinuousClock.now
                try await standby.promote()
                recovery.add(try await standby.untilWorkGoesOn(since: begin))
                try await standby.untilAllIsDone(transfers)
            }
            let balance = try await Balance(of: standby)
            balance.expectBalanced("\(daemons.flatMap { $0.log.all.suffix(20) })")
            try recovery.record(double: balance.double, lost: balance.lost)
            try await standby.remove()
        }
    }

    /// Both hosts, the one to write to wherever it is.
    private static func uri(_ primary: FaultCluster, _ standby: FaultCluster) -> String {
        """
        host=\(primary.directory),\(standby.directory) port=\(primary.port),\(standby.port) \
        user=\(FaultCluster.user) dbname=\(FaultCluster.database) target_session_attrs=read-write
        """
    }
}

extension FaultCluster {
    /// A standby that streams from this server, started.
    func standby(isSynchronous: Bool) async throws -> FaultCluster {
        let standby = try FaultCluster(directory: Scratch.path("standby"), port: FreePort.take())
        try Programs.makeDirectory(standby.directory)
        try await Programs.run(
            "pg_basebackup",
            ["-h", directory, "-p", "\(port)", "-U", Self.user, "-D", standby.data, "-X", "stream", "-c", "fast", "-R"])
        let source = "host=\(directory) port=\(port) user=\(Self.user) application_name=standby"
        try await standby.configure(["primary_conninfo": source])
        try await standby.start()
        try await until("the standby streams") {
            try await ask("select exists (select from pg_stat_replication where state = 'streaming')")
        }
        if isSynchronous {
            try await tell("alter system set synchronous_standby_names = 'standby'")
            try await tell("select pg_reload_conf()")
            try await until("the standby is waited for") {
                try await ask("select exists (select from pg_stat_replication where sync_state = 'sync')")
            }
        }
        return standby
    }

    /// Returns once the standby has applied what has happened here so far.
    func untilKnown(to standby: FaultCluster) async throws {
        let here = try await ask("select pg_current_wal_lsn()::text", as: String.self)
        try await until("the standby has caught up") {
            try await standby.ask("select pg_last_wal_replay_lsn() >= \(here)::pg_lsn", as: Bool.self)
        }
    }
}
