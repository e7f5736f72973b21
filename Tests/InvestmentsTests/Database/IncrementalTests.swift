import Investments
import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

/// A run that reads only what changed finds what a run that reads everything finds.
@Suite struct IncrementalTests {
    private static let rounds = 40

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `after any history of changes an incremental run equals a full one`(seed: UInt64) async throws {
        try await withInvestments(batchSize: 7) { engine, _ in
            var history = RandomHistory(seed: seed, on: engine.pool)
            try await history.begin(at: engine.time.now())
            var read = 0
            for round in 1...Self.rounds {
                for _ in 0..<history.count(0...3) { try await history.change(around: engine.time.now()) }
                engine.time.set(to: try await history.later(than: engine.time.now()))
                let step = "seed \(seed), round \(round)"
                switch history.count(0...9) {
                case 0: try await engine.value(.full)
                case 1:
                    let classID = try await history.someClass()
                    let run = try await engine.value(.incremental, of: classID)
                    try await compare(run, of: classID, engine, step)
                case 2:
                    try await engine.value(
                        .incremental, asOf: engine.time.now() - .seconds(history.count(1...9) * 86_400))
                default: break
                }
                engine.time.advance(by: .microseconds(1))
                let run = try await engine.value(.incremental)
                read += run.readClasses
                try await compare(run, of: nil, engine, step)
            }
            #expect(try await engine.texts("select message from bursar.finding where code = 'DRIFT'") == [])
            // Otherwise nothing was taken over, and nothing was tried.
            #expect(read < Self.rounds * RandomHistory.classes / 2)
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `after a storm of changes and of runs side by side nothing is left behind`(seed: UInt64) async throws {
        try await withInvestments(batchSize: 7) { engine, _ in
            var history = RandomHistory(seed: seed, on: engine.pool)
            try await history.begin(at: engine.time.now())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<3 {
                    group.addTask {
                        for number in 0..<Self.runsInStorm { try await runInStorm(lane + number, engine) }
                    }
                }
                for lane in 1...2 {
                    let seed = seed * 10 + UInt64(lane)
                    group.addTask {
                        var history = RandomHistory(seed: seed, on: engine.pool)
                        for _ in 0..<Self.changesInStorm { try await history.change(around: engine.time.now()) }
                    }
                }
                try await group.waitForAll()
            }
            // Whoever looked while another claimed may have found nothing.
            for claim in try await engine.claimAll() { try await engine.perform(claim) }
            for _ in 0..<2 {
                engine.time.advance(by: .seconds(3_600))
                try await compare(try await engine.value(.incremental), of: nil, engine, "seed \(seed)")
            }
            #expect(try await engine.texts("select message from bursar.finding where code = 'DRIFT'") == [])
        }
    }

    private static let runsInStorm = 15
    private static let changesInStorm = 120

    /// Every third run is full, every fourth of the past; who asked for a run need not be who executes it.
    private func runInStorm(_ number: Int, _ engine: InvestmentsEngine) async throws {
        engine.time.advance(by: .microseconds(1))
        let now = engine.time.now()
        let mode = number % 3 == 0 ? "full" : "incremental"
        let asOf = number % 4 == 0 ? now - .microseconds(number % 8) : now
        try await engine.request("{\"mode\":\"\(mode)\",\"as_of\":\"\(asOf)\"}")
        for claim in try await engine.store.claim(limit: 1).claims { try await engine.perform(claim) }
    }

    /// Values everything once more as of the same instant: same rows, same classes, and balances that show them.
    private func compare(
        _ run: ValuedRun, of classID: Int64?, _ engine: InvestmentsEngine, _ step: String
    ) async throws {
        let full = try await engine.value(.full, asOf: run.asOf, of: classID)
        let results = try await engine.texts(
            """
            select format('student %s: %s in class %s, %s in class %s', student_id, i.amount, i.class_id, f.amount,
                          f.class_id)
            from (select student_id, class_id, amount from investments.result where run_no = \(run.number)) i
            full join (select student_id, class_id, amount from investments.result where run_no = \(full.number)) f
                using (student_id)
            where (i.class_id, i.amount) is distinct from (f.class_id, f.amount)
            """)
        #expect(results == [], "\(step)")
        let classes = try await engine.texts(
            """
            select format('class %s: %s and %s', class_id, i, f)
            from (select class_id, status, error_code, students, sum, average from investments.class_result
                  where run_no = \(run.number)) i
            full join (select class_id, status, error_code, students, sum, average from investments.class_result
                       where run_no = \(full.number)) f using (class_id)
            where (i.status, i.error_code, i.students, i.sum, i.average)
                  is distinct from (f.status, f.error_code, f.students, f.sum, f.average)
            """)
        #expect(classes == [], "\(step)")
        let balances = try await engine.texts(
            """
            select format('student %s shows %s as of %s and is %s', b.student_id, calculated_current_amount,
                          calculated_at, calculation_status)
            from investments.result r join investments.student_balances b using (student_id)
            where r.run_no = \(full.number)
              and (calculated_current_amount, calculated_at, calculation_status) is distinct from
                  (coalesce(r.amount, 0), \(run.asOf), case when r.amount is null then 'error' else 'completed' end)
            """)
        #expect(balances == [], "\(step)")
    }

    @Test func `a class that nothing happened to is not read, and one that something happened to is`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            var students: [Int64] = []
            for _ in 0..<5 {
                students.append(try await book.addStudent(in: try await book.addClass(), [("2026-02-01", 100)]))
            }
            #expect(try await engine.value(.incremental).readClasses == 5)
            engine.time.advance(by: .seconds(60))
            #expect(try await engine.value(.incremental).readClasses == 0)
            for change in Self.changes {
                try await engine.pool.execute(SQL(unsafe: change))
                engine.time.advance(by: .seconds(60))
                #expect(try await engine.value(.incremental).readClasses == 1, "\(change)")
                #expect(try await engine.count("select count(*) from investments.dirty_mark") == 0)
            }
            for table in ["investments", "interest_rate_history"] {
                try await engine.pool.execute("truncate investments.\(identifier: table)")
                engine.time.advance(by: .seconds(60))
                #expect(try await engine.value(.incremental).sum == "0")
            }
        }
    }

    private static let changes = [
        "insert into investments.investments (student_id, fecha, monto) values (2, '2026-03-01', 5)",
        "update investments.investments set monto = monto + 1 where student_id = 3",
        "update investments.investments set fecha = fecha - interval '1 day' where student_id = 3",
        "delete from investments.investments where student_id = 2 and monto = 5",
        "insert into investments.interest_rate_history (class_id, monthly_interest_rate, effective_date) "
            + "values (1, 0.02, '2026-05-01')",
        "update investments.interest_rate_history set monthly_interest_rate = 0.03 where class_id = 1",
        "delete from investments.interest_rate_history where class_id = 1 and effective_date = '2026-05-01'",
        "update investments.classes set end_date = '2026-06-01' where id = 4",
        "update investments.classes set timezone = 'Asia/Kolkata' where id = 4",
        "insert into investments.students (registro, name, email, class_id) values (1, 'n', 'e', 5)",
        "update investments.students set is_enabled = false where id = 5",
        "delete from investments.students where name = 'n'",
    ]
}
