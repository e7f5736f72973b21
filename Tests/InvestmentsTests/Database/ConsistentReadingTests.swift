import Investments
import Postgres
import Primitives
import TestSupport
import Testing

/// Whoever reads during a run sees all of a class before it or all of it after.
@Suite struct ConsistentReadingTests {
    private static let runs = 12

    @Test func `a reader never sees two moments in one class, nor a sum that its students do not add up to`()
        async throws
    {
        try await withInvestments(batchSize: 5, settling: InvestmentSettings().settling) { engine, _ in
            let book = SchoolBook(engine.pool)
            for _ in 0..<4 {
                let classID = try await book.addClass()
                for number in 1...15 {
                    _ = try await book.addStudent(in: classID, [("2026-02-01", Int64(number) * 1_000)])
                }
            }
            try await engine.value(.full)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<Self.runs {
                        engine.time.advance(by: .seconds(3_600))
                        try await engine.value(number % 3 == 0 ? .full : .incremental)
                    }
                }
                group.addTask {
                    var readings = 0
                    var moments: Set<Instant> = []
                    // Ends with the runs, or when one of them fails.
                    while try await engine.count("select count(*) from bursar.run where outcome is not null")
                        <= Self.runs
                    {
                        moments.formUnion(try await Self.reading(of: engine))
                        readings += 1
                    }
                    #expect(readings > 1 && moments.count > 1)
                }
                try await group.waitForAll()
            }
        }
    }

    /// The moments that one look at all balances shows, one a class.
    private static func reading(of engine: InvestmentsEngine) async throws -> Set<Instant> {
        let rows = try await engine.pool.query(
            """
            select c.class_id, c.calculated_at, count(distinct b.calculated_at), min(b.calculated_at),
                   sum(b.calculated_current_amount)::bigint = min(r.sum)::bigint, count(b.calculated_at)
            from investments.class_balances c
            join investments.class_pointer p on p.class_id = c.class_id
            join investments.class_result r on r.run_no = p.run_no and r.class_id = c.class_id
            join investments.students s on s.class_id = c.class_id
            join investments.student_balances b on b.student_id = s.id
            group by c.class_id, c.calculated_at
            """)
        #expect(rows.count == 4)
        return try Set(
            rows.map { row in
                var row = row
                let classID = try row.next(Int64.self)
                let moment = try row.next(Instant.self)
                let (count, first) = (try row.next(Int64.self), try row.next(Instant.self))
                let (isSum, students) = (try row.next(Bool.self), try row.next(Int64.self))
                #expect(count == 1 && first == moment && isSum && students == 15, "class \(classID) at \(moment)")
                return moment
            })
    }
}
