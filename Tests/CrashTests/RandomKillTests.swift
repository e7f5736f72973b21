import DatabaseTestSupport
import Glibc
import Postgres
import Primitives
import Subprocess
import TestSupport
import Testing

extension Crashes {
    /// Workers that are killed at random moments, one after the other and two at a time.
    @Suite struct RandomKillTests {
        /// Databases side by side.
        private static let lanes = 2
        private static let kills = Proof.isLong ? 1_000 : 50
        private static let jobsPerKill = 30
        /// The longest that a worker lives once it is known, in milliseconds.
        private static let longestLife = 300

        @Test func `kill -9 at random moments doubles no effect and loses no job`() async throws {
            print("crash: seed \(Seed.ofThisRun)")
            let audits = try await withThrowingTaskGroup(of: Audit.self) { group in
                for lane in 0..<Self.lanes {
                    group.addTask { try await kill(Self.kills / Self.lanes, lane) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for audit in audits { #expect(audit.isClean, "\(audit.faults.prefix(20))") }
            try Proof.record(
                "crash.kills",
                [
                    "kills": Self.kills, "double": audits.reduce(0) { $0 + $1.double },
                    "lost": audits.reduce(0) { $0 + $1.lost },
                ])
        }

        private func kill(_ count: Int, _ lane: Int) async throws -> Audit {
            let scenario = Scenario.crowd(of: count * Self.jobsPerKill, slots: 4, from: SystemTime().now())
            return try await CrashDatabase.with(scenario) { database in
                // Two chains of short lives: when one ends the other goes on, or the database is nobody's for a moment.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for chain in 0..<2 {
                        group.addTask {
                            var chance = Seed.numbers(UInt64(lane * 2 + chain + 1))
                            for _ in 0..<(count / 2) { try await liveShortly(on: database, scenario, &chance) }
                        }
                    }
                    try await group.waitForAll()
                }
                let settings = settings(of: scenario)
                let last = try await WorkerProcess.run(on: database.database.uri, settings) { worker in
                    let isOver = try await database.untilOver(scenario, within: .seconds(120))
                    if !isOver { Issue.record("stuck: \(try await database.situation())") }
                    worker.stop()
                }
                #expect(last.status == .exited(0), "\(last.log.suffix(4_000))")
                let interrupted = try await database.connection.value(
                    "select count(*) from bursar.finished_job where attempt > 1", as: Int64.self)
                #expect(interrupted > 0, "no kill hit anything")
                return try await Audit(of: scenario, in: database)
            }
        }

        private func liveShortly(
            on database: CrashDatabase, _ scenario: Scenario, _ chance: inout RandomNumbers
        ) async throws {
            let life = Int.random(in: 0...Self.longestLife, using: &chance)
            let ending = try await WorkerProcess.run(on: database.database.uri, settings(of: scenario)) { worker in
                try await database.until(
                    "select exists (select from bursar.daemon where pid = \(worker.pid))")
                try await ContinuousClock().sleep(for: .milliseconds(life))
                worker.send(SIGKILL)
            }
            #expect(ending.status == .signaled(SIGKILL), "\(ending.log.suffix(2_000))")
        }

        private func settings(of scenario: Scenario) -> WorkerProcess.Settings {
            WorkerProcess.Settings(
                slots: scenario.slots, lease: .milliseconds(240), beat: .milliseconds(60), log: "warning")
        }
    }
}
