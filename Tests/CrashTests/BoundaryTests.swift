import DatabaseTestSupport
import Glibc
import Subprocess
import Synchronization
import TestSupport
import Testing

extension Crashes {
    /// Every statement boundary of every scenario, with every fault.
    ///
    /// `BURSAR_CRASH_ONLY="steps, before COMMIT"` keeps to the visits whose names contain that.
    @Suite struct BoundaryTests {
        /// Runs side by side: most of a run is waiting.
        private static let lanes = Proof.isLong ? 10 : 6
        private static let recordings = 2
        private static let attempts = Proof.isLong ? 10 : 4

        @Test func `money is right and no job is lost, wherever a worker is cut short`() async throws {
            var chance = Seed.numbers()
            print("crash: seed \(Seed.ofThisRun)")
            var all: [BoundaryVisit] = []
            for scenario in Scenario.all { all += try await record(scenario) }
            if let words = getenv("BURSAR_CRASH_ONLY") { all = all.filter { "\($0)".contains(String(cString: words)) } }
            let chosen = Proof.isLong ? all.shuffled(using: &chance) : sample(of: all, &chance)
            let ledger = VisitLedger(chosen)
            await withDiscardingTaskGroup { group in
                for _ in 0..<Self.lanes {
                    group.addTask {
                        while let visit = ledger.next() {  // Ends: the list does.
                            await perform(visit, ledger)
                        }
                    }
                }
            }
            let tally = ledger.tally
            print("crash: visited \(tally.visited) of \(chosen.count) chosen, of \(all.count) boundaries and faults")
            #expect(tally.visited == chosen.count)
            try Proof.record(
                "crash.boundaries",
                ["visited": tally.visited, "all": all.count, "double": tally.double, "lost": tally.lost])
        }

        /// Runs the scenario undisturbed behind a proxy, and lists what it can be stopped at.
        ///
        /// What a worker sends that has nothing to do comes as often as a run is long: of such a statement the first
        /// visit is a boundary, and half of those that the scenario adds.
        private func record(_ scenario: Scenario) async throws -> [BoundaryVisit] {
            var recordings: [[String: Int]] = []
            for _ in 0..<Self.recordings { recordings.append(try await recordOnce(scenario)) }
            let idle = try await recordOnce(scenario.idle)
            var visits: [BoundaryVisit] = []
            for statement in recordings[0].keys.sorted() {
                // What is not there each time is not sure to come again.
                guard let count = recordings.map({ $0[statement] ?? 0 }).min(), count > 0 else { continue }
                let certain = idle[statement].map { max(1, (count - $0) / 2) } ?? count
                for visit in 1...certain {
                    for moment in Boundary.Moment.allCases {
                        let boundary = Boundary(statement: statement, visit: visit, moment: moment)
                        visits += Fault.allCases.filter { $0.befits(boundary) }.map {
                            BoundaryVisit(scenario: scenario, boundary: boundary, fault: $0)
                        }
                    }
                }
            }
            #expect(visits.contains { $0.boundary.statement == "BeatDaemon" }, "the proxy sees no statements")
            return visits
        }

        private func recordOnce(_ scenario: Scenario) async throws -> [String: Int] {
            let run = BoundaryRun(scenario: scenario, boundary: nil, fault: .kill, isJoined: false)
            let report = try await run.perform()
            #expect(report.audit.isClean, "\(scenario.name), undisturbed: \(report.audit.faults)")
            return report.visits
        }

        /// Each statement once killed and once with another fault; then what fits.
        private func sample(of all: [BoundaryVisit], _ chance: inout RandomNumbers) -> [BoundaryVisit] {
            let shuffled = all.shuffled(using: &chance)
            var chosen: [BoundaryVisit] = []
            for statement in Set(all.map(\.boundary.statement)).sorted() {
                let its = shuffled.filter { $0.boundary.statement == statement }
                chosen += its.filter { $0.fault == .kill }.prefix(1)
                chosen += its.filter { $0.fault != .kill }.prefix(1)
            }
            return chosen.shuffled(using: &chance)
        }

        private func perform(_ visit: BoundaryVisit, _ ledger: VisitLedger) async {
            do {
                for attempt in 1...Self.attempts {
                    let run = BoundaryRun(
                        scenario: visit.scenario, boundary: visit.boundary, fault: visit.fault,
                        isJoined: attempt % 2 == 0)
                    let report = try await run.perform()
                    ledger.record(report)
                    if !report.audit.isClean {
                        let logs = report.logs.map { String($0.suffix(6_000)) }.joined(separator: "\n——\n")
                        Issue.record("\(visit): \(report.audit.faults.joined(separator: "; "))\n\(logs)")
                    }
                    if report.isReached { return }
                }
                Issue.record("\(visit): not reached in \(Self.attempts) runs")
            } catch {
                Issue.record("\(visit): \(error)")
            }
        }
    }
}

/// What is still to be visited, and what came of the rest.
private final class VisitLedger: Sendable {
    struct Tally {
        var visited = 0
        var double = 0
        var lost = 0
    }

    private let state: Mutex<(remaining: [BoundaryVisit], tally: Tally)>

    init(_ visits: [BoundaryVisit]) {
        state = Mutex((remaining: visits.reversed(), tally: Tally()))
    }

    var tally: Tally { state.withLock { $0.tally } }

    func next() -> BoundaryVisit? {
        state.withLock { $0.remaining.popLast() }
    }

    func record(_ report: BoundaryRun.Report) {
        state.withLock { state in
            state.tally.double += report.audit.double
            state.tally.lost += report.audit.lost
            if report.isReached { state.tally.visited += 1 }
        }
    }
}

/// A boundary of a scenario, and what is to happen there.
private struct BoundaryVisit: Sendable, CustomStringConvertible {
    let scenario: Scenario
    let boundary: Boundary
    let fault: Fault

    var description: String { "\(scenario.name), \(boundary), \(fault)" }
}
