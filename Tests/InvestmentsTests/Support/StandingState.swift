import Postgres

/// What earlier runs left for the next, kept aside so that a test can begin there again and again.
struct StandingState: Sendable {
    let runner: any StatementRunner

    init(of runner: some StatementRunner) async throws {
        self.runner = runner
        try await runner.execute("create table saved_pointer as table investments.class_pointer")
        try await runner.execute("create table saved_mark as table investments.dirty_mark")
    }

    func restore() async throws {
        try await runner.execute(
            """
            with gone as (delete from investments.class_pointer returning class_id)
            select count(*) from gone
            """)
        try await runner.execute(
            """
            insert into investments.class_pointer
                (class_id, run_no, as_of, base_run_no, base_valid_until, error_code, error_at)
            select class_id, run_no, as_of, base_run_no, base_valid_until, error_code, error_at from saved_pointer
            """)
        try await runner.execute("delete from investments.dirty_mark")
        try await runner.execute(
            """
            insert into investments.dirty_mark (id, class_id, xid) overriding system value
            select id, class_id, xid from saved_mark
            """)
    }
}

extension InvestmentsEngine {
    /// All that a run made of its school, without what differs between two runs that did the same: compared as texts.
    func traces(of run: ValuedRun) async throws -> [String] {
        let results = try await texts(
            """
            select format('student %s of class %s: %s, sum %s', student_id, class_id, coalesce(amount::text, 'none'),
                          case when discounted is null then 'not kept' else 'kept' end)
            from investments.result where run_no = \(run.number) order by student_id
            """)
        let classes = try await texts(
            """
            select format('class %s: %s %s, %s students, sum %s, average %s', class_id, status, error_code, students,
                          sum, average)
            from investments.class_result where run_no = \(run.number) order by class_id
            """)
        let pointers = try await texts(
            """
            select format('pointer %s: %s as of %s, base %s until %s, %s at %s', class_id,
                          case when run_no = \(run.number) then 'this run' else run_no::text end, as_of,
                          case when base_run_no = \(run.number) then 'this run' else base_run_no::text end,
                          base_valid_until, error_code, error_at)
            from investments.class_pointer order by class_id
            """)
        let findings = try await FoundRow.all(of: run, on: pool).map(\.description)
        let marks = try await texts(
            "select format('mark on %s', class_id) from investments.dirty_mark order by class_id")
        return results + classes + pointers + findings + marks + run.totals
    }

    /// What one run made and the other did not, in either direction. Empty: both did the same.
    func deviations(of run: ValuedRun, from expected: [String]) async throws -> [String] {
        try await traces(of: run).difference(from: expected).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
    }

    /// A run's amounts by student; a student in error is left out.
    func amounts(of run: ValuedRun) async throws -> [Int64: Int64] {
        let rows = try await pool.query(
            "select student_id, amount from investments.result where run_no = \(run.number) and amount is not null")
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                var row = row
                return (try row.next(Int64.self), try row.next(Int64.self))
            })
    }

    /// The first column of each row.
    func texts(_ sql: SQL) async throws -> [String] {
        try await pool.query(sql).map { row in
            var row = row
            return try row.next(String.self)
        }
    }
}
