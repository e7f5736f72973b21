import DatabaseTestSupport
import FoundationEssentials
import TestSupport
import Testing

@Suite struct ConformanceTests {
    private static let lanes = 2
    /// In the suite; the long form goes by the number of histories.
    private static let secondsOfSuite = (smooth: 30, failing: 20)
    private static let historiesOfProof = (smooth: 1_000, failing: 400)

    @Test(arguments: 0..<lanes)
    func `the store and the rules agree on every row of random histories`(lane: Int) async throws {
        let total = try await Lane(lane, "conformance").run(
            seconds: Self.secondsOfSuite.smooth, histories: Self.historiesOfProof.smooth, fuse: nil)
        // A history that lost or doubled a job has thrown.
        try Proof.record(
            "conformance",
            [
                "histories": total.histories, "operations": total.operations, "stale": total.refused, "double": 0,
                "lost": 0,
            ])
    }

    @Test func `a verb of which a statement fails is granted, or did nothing, or did all of it`() async throws {
        let fuse = StatementFuse()
        let total = try await Lane(0, "conformance.failing").run(
            seconds: Self.secondsOfSuite.failing, histories: Self.historiesOfProof.failing, fuse: fuse)
        #expect(fuse.blown > 0)
        try Proof.record(
            "conformance.failing",
            ["histories": total.histories, "statements": fuse.blown, "double": 0, "lost": 0])
    }

    /// Histories one after the other on a database of its own.
    private struct Lane {
        struct Total {
            var histories = 0
            var operations = 0
            var refused = 0
        }

        let number: Int
        let name: String

        init(_ number: Int, _ name: String) {
            self.number = number
            self.name = name
        }

        func run(seconds: Int, histories: Int, fuse: StatementFuse?) async throws -> Total {
            let repeated = ProcessInfo.processInfo.environment["BURSAR_SIMULATION_SEED"].flatMap { UInt64($0) }
            let first = repeated ?? UInt64.random(in: 0...(1 << 60))
            print("\(name): lane \(number), first seed \(first)")
            return try await withDatabase { database in
                let fleet = Fleet(database.address, observer: fuse)
                return try await fleet.run {
                    let begin = ContinuousClock.now
                    var total = Total()
                    while repeated == nil || total.histories == 0 {
                        let isOver =
                            Proof.isLong
                            ? total.histories >= histories : ContinuousClock.now - begin > .seconds(seconds)
                        if isOver { break }
                        var history = History(fleet: fleet, seed: first &+ UInt64(total.histories), fuse: fuse)
                        try await history.run()
                        total.histories += 1
                        total.operations += history.operations
                        total.refused += history.refusedStale
                    }
                    print("\(name): lane \(number), \(total)")
                    return total
                }
            }
        }
    }
}
