import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Postgres
import Primitives
import Subprocess
import SystemPackage
import Testing

/// The configuration, read again by a signal and by `bursarctl reload`.
@Suite struct ReloadTests {
    private static let broken = """
        engine: {workers: 2}
        logging: {levle: debug}
        schedules:
          test.nightly: {kind: investments.value, cron: "61 * * * *", zone: UTC}
        """

    @Test func `a hang-up reads the file again; a broken one leaves all as it was and names its place`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    Settings.quick, database: database.uri, in: directory
                ) { daemon in
                    try await daemon.ready()
                    try daemon.files.write(Self.broken)
                    try await hangUp(daemon, expecting: "reload refused: \(daemon.files.config):2:11: ")
                    try daemon.files.write(Settings.with("  test.new: \(Self.yearly)"))
                    try await hangUp(daemon, expecting: "configuration 2")
                    #expect(try await reload(daemon).generation == 2)
                    #expect(daemon.notify.messages.last { $0.status != nil }?.status?.contains("refused") == false)
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
                #expect(ending.log.contains("BRS-7003") && ending.log.contains("BRS-7002"), "\(ending.log)")
            }
        }
    }

    @Test func `a storm of hang-ups is a few reloads, and the last word holds`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    Settings.quick, database: database.uri, in: directory
                ) { daemon in
                    try await daemon.ready()
                    for number in 0..<200 {
                        if number % 50 == 49 {
                            try daemon.files.write(Settings.with("  test.storm.\(number): \(Self.yearly)"))
                        }
                        daemon.hangUp()
                    }
                    try await until("the last file holds") {
                        try await daemon.tool("schedules", "list", "--json").output.contains("test.storm.199")
                    }
                    #expect(try await reload(daemon).outcome == "unchanged")
                    let list = try await daemon.tool("schedules", "list", "--json")
                    #expect(!list.output.contains("test.storm.149"), "what an earlier file named is gone")
                    // Each says its own time, and none is left open.
                    let messages = daemon.notify.messages
                    let times = messages.compactMap { $0.value(of: "MONOTONIC_USEC").flatMap { UInt64($0) } }
                    #expect(times == times.sorted() && times.count == messages.count { $0.says("RELOADING=1") })
                    #expect(times.count < 100, "\(times.count) reloads for 200 signals")
                    #expect(messages.count { $0.isReady } == times.count + 1)
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
            }
        }
    }

    @Test func `bursarctl reload shows what it changed, and what waits for a restart`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let before = Settings.with("", more: "investments: {batch_size: 1000}")
                let ending = try await WatchedDaemon.run(before, database: database.uri, in: directory) { daemon in
                    try await daemon.ready()
                    try await PostgresPool.withPool(address: database.address, size: 2) { pool in
                        try await School(students: 300).load(into: pool)
                        #expect(try await batches(daemon, pool) == 1)
                        try daemon.files.write(Self.changed)
                        let answer = try await reload(daemon)
                        #expect(answer.exit == 0 && answer.outcome == "applied" && answer.generation == 2)
                        for part in ["investments.batch_size", "logging.level", "engine.workers", "test.hourly"] {
                            #expect(answer.text.contains(part), "\(part) in \(answer.text)")
                        }
                        #expect(answer.text.contains(#/"effect" ?: ?"restart"/#))
                        #expect(try await batches(daemon, pool) == 6)
                        try await makeDue("test.hourly", pool)
                        try await until("the new schedule has fired") {
                            try await pool.value(
                                """
                                select exists (select from bursar.run r join bursar.tick t using (job_id)
                                               where r.outcome is not null)
                                """, as: Bool.self)
                        }
                    }
                    // The log is told of nothing below an error any more.
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
                #expect(ending.log.contains("BRS-1001") && !ending.log.contains("BRS-1003"), "\(ending.log)")
            }
        }
    }

    private static let changed = """
        engine: {workers: 3, lease: 4s, beat: 200ms, poll: 500ms, drain: 5s}
        logging: {level: error}
        investments: {batch_size: 50}
        schedules:
          investments.hourly: {enabled: false}
          investments.daily: {enabled: false}
          test.hourly: {kind: investments.value, payload: {mode: full}, cron: "0 * * * *", zone: UTC, catch_up: all}
        """

    @Test func `a refused reload ends with 78 and every error, as often as it is tried`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let ending = try await WatchedDaemon.run(
                    Settings.quick, database: database.uri, in: directory
                ) { daemon in
                    try await daemon.ready()
                    try daemon.files.write(Self.broken)
                    for _ in 0..<2 {
                        let answer = try await daemon.tool("reload")
                        #expect(answer.exit == 78)
                        for place in ["\(daemon.files.config):2:11: ", "\(daemon.files.config):4:"] {
                            #expect(answer.complaint.contains(place), "\(place) in \(answer.complaint)")
                        }
                    }
                    let refused = try await reload(daemon)
                    #expect(refused.exit == 78 && refused.outcome == "refused" && refused.generation == 1)
                    try FileManager.default.removeItem(atPath: daemon.files.config)
                    #expect(try await daemon.tool("reload").exit == 78, "no file is no configuration")
                    try daemon.files.write(Settings.quick)
                    #expect(try await reload(daemon).outcome == "unchanged")
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
            }
        }
    }

    @Test func `what an operator switched off stays off, whatever the file says`() async throws {
        try await withDatabase { database in
            try await withDirectory { directory in
                let first = Settings.with("  test.yearly: \(Self.yearly)")
                let ending = try await WatchedDaemon.run(first, database: database.uri, in: directory) { daemon in
                    try await daemon.ready()
                    let disabled = try await daemon.tool("schedules", "disable", "test.yearly", "--reason", "audit")
                    #expect(disabled.exit == 0, "\(disabled.complaint)")
                    try daemon.files.write(Settings.with("  test.yearly: \(Self.yearly)\n  test.other: \(Self.yearly)"))
                    let answer = try await reload(daemon)
                    #expect(answer.outcome == "applied" && answer.text.contains("kept_toggle"), "\(answer.text)")
                    try await expectDisabled(database, true)
                    daemon.process.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
                let again = try await WatchedDaemon.run(first, database: database.uri, in: directory) { daemon in
                    try await daemon.ready()
                    try await expectDisabled(database, true)
                    let enabled = try await daemon.tool("schedules", "enable", "test.yearly", "--reason", "done")
                    #expect(enabled.exit == 0, "\(enabled.complaint)")
                    try await expectDisabled(database, false)
                    daemon.process.stop()
                }
                #expect(again.status == .exited(0), "\(again.log)")
            }
        }
    }

    static let yearly = #"{kind: investments.value, cron: "0 4 1 1 *", zone: UTC}"#

    private func expectDisabled(_ database: TestDatabase, _ isDisabled: Bool) async throws {
        try await PostgresPool.withPool(address: database.address, size: 1) { pool in
            let enabled = try await pool.value(
                "select enabled from bursar.schedule where name = 'test.yearly'", as: Bool.self)
            #expect(enabled == !isDisabled)
        }
    }

    /// Sends SIGHUP, and waits for the reload's beginning and for an end that says the words.
    private func hangUp(_ daemon: WatchedDaemon, expecting words: String) async throws {
        daemon.hangUp()
        let begun = try await daemon.notify.first("RELOADING=1") { $0.says("RELOADING=1") }
        let time = try #require(begun.value(of: "MONOTONIC_USEC").flatMap { UInt64($0) })
        #expect(time > 0)
        let ended = try await daemon.notify.first("READY=1") { $0.isReady }
        #expect(ended.status?.contains(words) == true, "\(words) in \(ended.assignments)")
    }

    /// How many transactions wrote the amounts of a run by hand: as many as it had batches.
    private func batches(_ daemon: WatchedDaemon, _ pool: PostgresPool) async throws -> Int64 {
        let run = try await daemon.tool("schedules", "run", "investments.daily", "--wait", "--json")
        #expect(run.exit == 0, "\(run.complaint)")
        return try await pool.value(
            """
            select count(distinct xmin::text) from investments.result
            where run_no = (select max(run_no) from investments.result)
            """, as: Int64.self)
    }
}
