import DatabaseTestSupport
import Glibc
import Postgres
import Subprocess
import TestSupport
import Testing

extension Crashes {
    /// A daemon that is frozen past the hard deadline of its jobs, which others retake and end, and that is then
    /// thawed, commits nothing of its old attempts: the totals of the money show it.
    @Suite struct FrozenDaemonTests {
        private static let rounds = Proof.isLong ? 20 : 1

        /// Where the daemon is when it freezes.
        enum Place: String, Sendable, CaseIterable {
            /// Within a transaction that has posted a transfer and has not committed.
            case posted
            /// The transfer is posted; the fence is on its way.
            case beforeFence
            /// The fence holds the job's row; the commit is on its way.
            case beforeCommit

            var boundary: Boundary {
                switch self {
                case .posted: Boundary(statement: "PostTransfer", visit: 3, moment: .after)
                case .beforeFence: Boundary(statement: "FinishJob", visit: 3, moment: .before)
                case .beforeCommit: Boundary(statement: "COMMIT", visit: 3, moment: .before)
                }
            }
        }

        /// One round.
        private static func record(_ audit: Audit) throws {
            try Proof.record("crash.frozen", ["rounds": 1, "double": audit.double, "lost": audit.lost])
        }

        @Test(arguments: Place.allCases)
        func `a daemon that thaws within a transaction commits nothing of jobs that others ended`(
            _ place: Place
        ) async throws {
            for _ in 0..<Self.rounds {
                let scenario = Scenario.transfers(of: 24, slots: 4)
                let run = BoundaryRun(scenario: scenario, boundary: place.boundary, fault: .freeze, isJoined: false)
                let report = try await run.perform()
                #expect(report.isReached)
                #expect(report.audit.isClean, "\(report.audit.faults)\n\(report.logs.joined(separator: "\n——\n"))")
                try Self.record(report.audit)
            }
        }

        @Test func `a daemon that thaws between two steps commits no further step`() async throws {
            for _ in 0..<Self.rounds {
                let scenario = Scenario.slowSteps(of: 6, slots: 6)
                try await CrashDatabase.with(scenario) { database in
                    var settings = WorkerProcess.Settings(slots: scenario.slots)
                    settings.deadline = BoundaryRun.hardDeadline
                    var atThaw: Int64 = 0
                    let frozen = try await WorkerProcess.run(on: database.database.uri, settings) { worker in
                        try await database.until("select count(*) = 6 from bursar.job where steps >= 2")
                        worker.send(SIGSTOP)
                        let others = try await WorkerProcess.run(on: database.database.uri, settings) { other in
                            let isOver = try await database.untilOver(scenario)
                            if !isOver { Issue.record("stuck: \(try await database.situation())") }
                            other.stop()
                        }
                        #expect(others.status == .exited(0), "\(others.log)")
                        atThaw = try await database.transfers()
                        worker.send(SIGCONT)
                        worker.stop()
                    }
                    #expect(frozen.status == .exited(0), "\(frozen.log)")
                    #expect(try await database.transfers() == atThaw)
                    let audit = try await Audit(of: scenario, in: database)
                    #expect(audit.isClean, "\(audit.faults)\n\(frozen.log)")
                    try Self.record(audit)
                    let attempts = try await database.connection.value(
                        "select min(attempt) from bursar.finished_job", as: Int32.self)
                    #expect(attempts > 1, "a job was not retaken")
                }
            }
        }
    }
}
