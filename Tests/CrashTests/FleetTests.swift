import DatabaseTestSupport
import Glibc
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Subprocess
import TestSupport
import Testing

extension Crashes {
    /// Five daemons share jobs that fall due one after the other over a minute and more, and three are killed while the
    /// first half falls due.
    ///
    /// What is measured is the time from the first job's instant to the last one's end. The jobs come at a pace that
    /// two daemons can keep, so a fleet that loses three loses time only by what the killed ones held, and by what
    /// piles up until that is retaken.
    @Suite struct FleetTests {
        private static let daemons = 5
        private static let killed = 3
        private static let jobs = Proof.isLong ? 100_000 : 3_000
        private static let arrival = Proof.isLong ? Duration.seconds(250) : .seconds(4)
        /// The jobs are there, and the daemons up, before the first is due.
        private static let head = Proof.isLong ? Duration.seconds(20) : .seconds(2)
        /// The longest that a fleet with kills may take, as a share of one without.
        private static let slowdownMax = 1.2

        @Test func `a fleet that loses three of five daemons does each job once, in nearly the same time`() async throws
        {
            var chance = Seed.numbers()
            print("crash: seed \(Seed.ofThisRun)")
            let calm = try await run(killingAt: [])
            let moments = (0..<Self.killed).map { _ in
                Self.arrival * Double.random(in: 0.05..<0.5, using: &chance)
            }
            let rough = try await run(killingAt: moments)
            let ratio = rough.time / calm.time
            print(
                "crash: \(Self.jobs) jobs over \(Self.arrival): \(calm.time) with all five, "
                    + "\(rough.time) with three killed, ratio \(ratio)")
            for fleet in [calm, rough] { #expect(fleet.audit.isClean, "\(fleet.audit.faults.prefix(20))") }
            // The suite shares the machine with everything else; there the ratio is only told.
            if Proof.isLong { #expect(ratio <= Self.slowdownMax) }
            try Proof.record(
                "crash.fleet",
                [
                    "jobs": Self.jobs, "kills": Self.killed, "calm_ms": Int(calm.time / .milliseconds(1)),
                    "killed_ms": Int(rough.time / .milliseconds(1)), "double": calm.audit.double + rough.audit.double,
                    "lost": calm.audit.lost + rough.audit.lost,
                ])
        }

        private struct Fleet {
            let time: Duration
            let audit: Audit
        }

        private func run(killingAt moments: [Duration]) async throws -> Fleet {
            let start = SystemTime().now() + Self.head
            let scenario = Scenario.arrivals(of: Self.jobs, from: start, over: Self.arrival)
            return try await CrashDatabase.with(scenario) { database in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<Self.daemons {
                        let end = number < moments.count ? moments[number] : nil
                        group.addTask { try await live(on: database, scenario, until: end.map { start + $0 }) }
                    }
                    try await group.waitForAll()
                }
                let last = try await database.connection.value(
                    "select max(finished_at) from bursar.finished_job", as: Instant.self)
                return Fleet(time: last - start, audit: try await Audit(of: scenario, in: database))
            }
        }

        /// One daemon, to the end of the jobs or to its own.
        private func live(on database: CrashDatabase, _ scenario: Scenario, until end: Instant?) async throws {
            let settings = WorkerProcess.Settings(
                slots: scenario.slots, lease: .seconds(4), beat: .milliseconds(500), log: "warning",
                kinds: scenario.kinds)
            let ending = try await WorkerProcess.run(on: database.database.uri, settings) { worker in
                if let end {
                    try await ContinuousClock().sleep(for: end - SystemTime().now())
                    worker.send(SIGKILL)
                    return
                }
                let isOver = try await database.untilOver(
                    scenario, within: Self.head + Self.arrival * 4 + .seconds(60), lookingEvery: .milliseconds(250))
                if !isOver { Issue.record("stuck: \(try await database.situation())") }
                worker.stop()
            }
            #expect(ending.status == (end == nil ? .exited(0) : .signaled(SIGKILL)), "\(ending.log.suffix(4_000))")
        }
    }
}
