import DatabaseTestSupport
import Investments
import JobsPostgres
import Postgres
import Primitives
import TestSupport
import Testing

/// What the school's app reads, and under which names.
@Suite struct BalanceViewTests {
    @Test(arguments: [
        (
            "student_balances",
            "student_id bigint, calculated_current_amount bigint, calculated_at timestamp with time zone, "
                + "calculation_status text, enabled boolean"
        ),
        (
            "class_balances",
            "class_id bigint, calculated_average_amount bigint, enabled_students_count bigint, "
                + "calculated_at timestamp with time zone, calculation_status text, enabled boolean"
        ),
        (
            "calculation_logs",
            "execution_id uuid, trigger_type text, trigger_source text, class_id bigint, student_id bigint, "
                + "calculation_type text, status text, execution_time_ms bigint, error_message text, metadata jsonb, "
                + "created_at timestamp with time zone"
        ),
    ])
    func `a view has the columns that the app knows`(view: String, columns: String) async throws {
        try await withInvestments { engine, _ in
            let found = try await engine.texts(
                """
                select string_agg(attname || ' ' || format_type(atttypid, null), ', ' order by attnum)
                from pg_attribute where attrelid = ('investments.' || \(view))::regclass and attnum > 0
                """)
            #expect(found == [columns])
        }
    }

    @Test func `balances are pending, calculating, completed, and 0 where somebody is disabled`() async throws {
        try await withInvestments { engine, database in
            let book = SchoolBook(engine.pool)
            let classID = try await book.addClass()
            let student = try await book.addStudent(in: classID, [("2026-02-01", 1_000)])
            let colleague = try await book.addStudent(in: classID, [("2026-02-01", 3_000)])
            #expect(try await StudentBalance(student, on: engine.pool) == StudentBalance(0, asOf: nil, "pending"))
            #expect(try await ClassBalance(classID, on: engine.pool) == ClassBalance(0, of: 0, asOf: nil, "pending"))

            let claim = try await engine.claim(#"{"mode":"full"}"#)
            // Claimed and not opened yet: nothing is said of balances by a run that may still be refused.
            #expect(try await StudentBalance(student, on: engine.pool).status == "pending")
            try await engine.cutOff(claim, on: database, by: StatementFaults(failing: 1, name: "FinishJob"))
            #expect(try await StudentBalance(student, on: engine.pool) == StudentBalance(0, asOf: nil, "calculating"))
            #expect(try await ClassBalance(classID, on: engine.pool).status == "calculating")
            let now = engine.time.now()
            try await engine.perform(try await engine.claimAgain())
            #expect(try await StudentBalance(student, on: engine.pool) == StudentBalance(1_080, asOf: now, "completed"))
            #expect(
                try await ClassBalance(classID, on: engine.pool) == ClassBalance(2_160, of: 2, asOf: now, "completed"))

            // At once, before any run.
            try await engine.pool.execute("update investments.students set is_enabled = false where id = \(student)")
            #expect(
                try await StudentBalance(student, on: engine.pool)
                    == StudentBalance(0, asOf: now, "completed", enabled: false))
            engine.time.advance(by: .seconds(60))
            let later = engine.time.now()
            try await engine.value(.incremental)
            #expect(
                try await StudentBalance(student, on: engine.pool)
                    == StudentBalance(0, asOf: nil, "pending", enabled: false))
            #expect(
                try await ClassBalance(classID, on: engine.pool) == ClassBalance(3_241, of: 1, asOf: later, "completed")
            )

            try await engine.pool.execute("update investments.classes set is_enabled = false where id = \(classID)")
            #expect(try await StudentBalance(colleague, on: engine.pool).amount == 0)
            #expect(
                try await ClassBalance(classID, on: engine.pool)
                    == ClassBalance(0, of: 0, asOf: later, "completed", enabled: false))
            try await engine.pool.execute("update investments.classes set is_enabled = true")
            try await engine.pool.execute("update investments.students set is_enabled = true")
            engine.time.advance(by: .seconds(60))
            try await engine.value(.incremental)
            #expect(try await ClassBalance(classID, on: engine.pool).students == 2)
            #expect(try await StudentBalance(student, on: engine.pool).amount == 1_080)
        }
    }

    @Test func `a run of one class makes only that class calculating`() async throws {
        try await withInvestments { engine, database in
            let book = SchoolBook(engine.pool)
            let (mine, other) = (try await book.addClass(), try await book.addClass())
            let claim = try await engine.claim("{\"mode\":\"full\",\"class\":\(mine)}")
            try await engine.cutOff(claim, on: database, by: StatementFaults(failing: 1, name: "FinishJob"))
            #expect(try await ClassBalance(mine, on: engine.pool).status == "calculating")
            #expect(try await ClassBalance(other, on: engine.pool).status == "pending")
        }
    }

    @Test func `the log has a row a run, a row a class of it, and a row a failing student`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let good = try await book.addClass(rates: [("2026-01-01", "1")])
            let bad = try await book.addClass(rates: [])
            _ = try await book.addStudent(in: good, [("2026-09-21", 100)])
            let rich = try await book.addStudent(in: good, [("2026-02-01", .max), ("2027-01-01", 1)])
            _ = try await book.addStudent(in: bad)
            let run = try await engine.value(.full)
            let rows = try await engine.texts(
                """
                select concat_ws(' ', calculation_type, status, trigger_type, trigger_source, 'class', class_id,
                                 'student', student_id, error_message, metadata->>'average', metadata->>'students',
                                 metadata->>'code')
                from investments.calculation_logs where execution_id = \(run.execution)
                order by calculation_type desc, class_id
                """)
            #expect(
                rows == [
                    "student failed manual test class student \(rich) the amount does not fit in 64 bits OVERFLOW",
                    "full_system completed manual test class student 2",
                    "class_average completed manual test class \(good) student 101 1",
                    "class_average failed manual test class \(bad) student NO_RATE 0 0",
                ])
            #expect(
                try await engine.count(
                    """
                    select count(*) from investments.calculation_logs
                    where calculation_type = 'full_system' and execution_time_ms >= 0 and metadata->>'sum' = '101'
                    """) == 1)
        }
    }

    @Test func `the app writes its four tables and reads its views with no other right`() async throws {
        try await withInvestments { engine, database in
            let role = "school_app_\(database.name)"
            let book = SchoolBook(engine.pool)
            let student = try await book.addStudent(in: try await book.addClass(), [("2026-02-01", 1_000)])
            try await engine.value(.full)
            let connection = try await PostgresConnection.connect(to: database.address)
            try await connection.script(
                """
                create role \(role) nologin;
                grant usage on schema investments to \(role);
                grant select, insert, update, delete on investments.classes, investments.students,
                    investments.investments, investments.interest_rate_history to \(role);
                grant select on investments.student_balances, investments.class_balances to \(role);
                set role \(role);
                """)
            let app = SchoolBook(connection)
            let classID = try await app.addClass()
            _ = try await app.addStudent(in: classID, [("2026-02-01", 5)])
            try await app.invest(1_000, at: "2026-02-01", for: student)
            try await connection.execute("update investments.students set class_id = \(classID) where id = \(student)")
            try await connection.execute("delete from investments.interest_rate_history where class_id <> \(classID)")
            #expect(try await StudentBalance(student, on: connection).status == "pending")
            engine.time.advance(by: .seconds(60))
            #expect(try await engine.value(.incremental).classErrors == 1)
            #expect(try await StudentBalance(student, on: connection).amount == 2_160)
            try await connection.script("reset role; drop owned by \(role); drop role \(role);")
            await connection.close()
        }
    }

    @Test func `a class that is gone leaves its results and troubles no run`() async throws {
        try await withInvestments { engine, _ in
            let book = SchoolBook(engine.pool)
            let (kept, gone) = (try await book.addClass(), try await book.addClass())
            _ = try await book.addStudent(in: kept, [("2026-02-01", 1_000)])
            _ = try await book.addStudent(in: gone, [("2026-02-01", 1_000)])
            let run = try await engine.value(.full, of: gone)
            try await engine.value(.full)
            // In one statement, as far as the keys allow.
            try await engine.pool.execute(
                """
                with i as (delete from investments.investments where student_id in
                               (select id from investments.students where class_id = \(gone))),
                     s as (delete from investments.students where class_id = \(gone))
                delete from investments.interest_rate_history where class_id = \(gone)
                """)
            try await engine.pool.execute("delete from investments.classes where id = \(gone)")
            engine.time.advance(by: .seconds(60))
            #expect(try await engine.value(.incremental).students == 1)
            #expect(try await engine.count("select count(*) from investments.result where run_no = \(run.number)") == 1)
        }
    }
}
