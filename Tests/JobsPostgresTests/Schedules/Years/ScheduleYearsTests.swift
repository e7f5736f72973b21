import Glibc
import TestSupport
import Testing

/// Whole years on a real database. `BURSAR_SIMULATION_SEED` repeats one of them.
@Suite struct ScheduleYearsTests {
    private static let yearsOfSuite: UInt64 = 1
    private static let yearsOfProof: UInt64 = 100
    private static let lanes: UInt64 = 2

    @Test func `each tick of a year is decided once, none early, and each period of money is run once`() async throws {
        if let seed = getenv("BURSAR_SIMULATION_SEED").flatMap({ UInt64(String(cString: $0)) }) {
            return try await Self.live(seed)
        }
        let years = Proof.isLong ? Self.yearsOfProof : Self.yearsOfSuite
        let first = UInt64.random(in: 0...(1 << 60))
        print("simulation.postgres: first seed \(first)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask {
                    for seed in stride(from: first + lane, to: first + years, by: Int(Self.lanes)) {
                        try await Self.live(seed)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// One year, and its line in the record.
    private static func live(_ seed: UInt64) async throws {
        try await withTwoDaemons { one, other in
            var year = try await LivedYear(seed: seed, [one, other])
            try await year.run()
            let books = year.books
            #expect(books.faults == [], "seed \(seed)")
            #expect(books.double == 0 && books.lost == 0 && books.early == 0, "seed \(seed)")
            // Something happened.
            #expect(books.ticks > 10_000 && books.runs > 2_000, "seed \(seed)")
            try Proof.record(
                "simulation.postgres",
                [
                    "years": 1, "ticks": books.ticks, "runs": books.runs, "early": books.early,
                    "double": books.double, "lost": books.lost,
                ])
        }
    }
}
