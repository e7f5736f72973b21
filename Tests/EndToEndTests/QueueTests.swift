import DaemonTestSupport
import DatabaseTestSupport
import Postgres
import Primitives
import Subprocess
import SystemPackage
import Testing

/// Queues, limits and history of a daemon that runs, as its operator sees and turns them.
@Suite struct QueueTests {
    @Test func `limits hold with a reload, days are made, and a paused kind waits until it is let go`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    Self.settings(), database: database.uri, in: directory
                ) { daemon in
                    try await daemon.ready()
                    try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                        try await keepsDays(daemon, pool)
                        try await reloads(daemon, pool)
                        try await holds(daemon, pool)
                    }
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
                #expect(!ending.log.contains("BRS-4103"), "\(ending.log)")
            }
        }
    }

    @Test func `a payload that its kind cannot read is previewed, run, parked and explained`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let settings = Settings.with(
                    "  test.wrong: {kind: investments.value, payload: {mode: fast}, cron: \"0 0 1 1 *\", zone: UTC}")
                let ending = try await WatchedDaemon.run(settings, database: database.uri, in: directory) { daemon in
                    try await daemon.ready()
                    let preview = try await daemon.tool(
                        "schedules", "preview", "test.wrong", "--from", "2026-12-31", "--to", "2027-01-02")
                    #expect(preview.exit == 0 && preview.output.contains("2027-01-01T00:00:00"))
                    let run = try await daemon.tool("schedules", "run", "test.wrong", "--wait")
                    #expect(run.exit == 1 && run.output.contains("parked"), "\(run)")
                    let reason = "the payload is none that investments.value can read: `mode`"
                    #expect(run.output.contains(reason), "\(run)")
                    let list = try await daemon.tool("jobs", "list", "--state", "parked")
                    let job = try #require(list.output.firstMatch(of: #/(?m)^ *(\d+)  parked/#)?.output.1)
                    let explained = try await daemon.tool("jobs", "explain", String(job))
                    #expect(explained.output.contains("held by  person") && explained.output.contains(reason))
                    #expect(explained.output.contains("parked (payload) after 1 attempts"), "\(explained)")
                    #expect(explained.output.contains("a retry reads the same payload"))
                    let text = try await daemon.tool(
                        "schedules", "put", "test.text", "--kind", "investments.value", "--cron", "0 0 1 1 *",
                        "--zone", "UTC", "--payload", "{mode: ")
                    #expect(text.exit == 64 && text.complaint.contains("payload"), "\(text)")
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
                #expect(ending.log.contains("BRS-3205"), "\(ending.log)")
            }
        }
    }

    private static func settings(_ engine: String = "") -> String {
        """
        engine: {workers: 2, lease: 4s, beat: 200ms, poll: 500ms, drain: 5s\(engine)}
        schedules:
          investments.hourly: {enabled: false}
          investments.daily: {enabled: false}
        """
    }

    /// Today and seven days more, from the start on.
    private func keepsDays(_ daemon: WatchedDaemon, _ pool: PostgresPool) async throws {
        try await until("the days of the history are made") { try await days(pool) == 8 }
    }

    private func days(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.value(
            """
            select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'bursar.finished_job'::regclass and c.relname <> 'finished_job_default'
            """, as: Int64.self)
    }

    private func reloads(_ daemon: WatchedDaemon, _ pool: PostgresPool) async throws {
        try daemon.files.write(Self.settings(", limits: {investments.value: {concurrency: 0}}"))
        let refused = try await daemon.tool("reload")
        #expect(refused.exit == 78 && refused.complaint.contains("\(daemon.files.config):1:"))
        #expect(refused.complaint.contains("bursarctl queues pause investments.value"))
        try daemon.files.write(Self.settings(", limits: {investments.valeu: {concurrency: 2}}"))
        let unknown = try await daemon.tool("reload")
        #expect(unknown.exit == 78 && unknown.complaint.contains("did you mean \"investments.value\"?"))
        #expect(try await concurrency(pool) == nil)
        try daemon.files.write(Self.settings(", limits: {investments.value: {concurrency: 3}}, history: 60d"))
        let applied = try await daemon.tool("reload")
        #expect(applied.exit == 0 && applied.output.contains("engine.limits.investments.value.concurrency"))
        #expect(try await concurrency(pool) == 3)
        #expect(try await daemon.tool("queues").output.contains("3 at once"))
        try daemon.files.write(Self.settings())
        #expect(try await daemon.tool("reload").exit == 0)
        #expect(try await concurrency(pool) == nil)
    }

    private func concurrency(_ pool: PostgresPool) async throws -> Int32? {
        try await pool.value("select concurrency from bursar.kind where name = 'investments.value'", as: Int32?.self)
    }

    private func holds(_ daemon: WatchedDaemon, _ pool: PostgresPool) async throws {
        try await School(students: 50).load(into: pool)
        let paused = try await daemon.tool("queues", "pause", "investments.value", "--reason", "a wrong file")
        #expect(paused.exit == 0, "\(paused)")
        let started = try await daemon.tool("schedules", "run", "investments.daily", "--json")
        #expect(started.exit == 0, "\(started)")
        let job = try await pool.value("select id from bursar.job", as: Int64.self)
        let explained = try await daemon.tool("jobs", "explain", "\(job)")
        #expect(explained.output.contains("held by  paused") && explained.output.contains("a wrong file"))
        #expect(try await pool.value("select state from bursar.job", as: String.self) == "waiting")
        #expect(try await daemon.tool("queues", "resume", "investments.value").exit == 0)
        try await until("the run has ended") {
            try await pool.value("select count(*) from bursar.run where outcome = 'success'", as: Int64.self) == 1
        }
        let list = try await daemon.tool("audit", "list")
        #expect(list.output.contains("queue.pause") && list.output.contains("queue.resume"))
    }
}
