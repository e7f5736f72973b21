import Postgres
import Primitives

/// Opens a run: its row, its partition, and the snapshot before which the app's changes count.
struct OpenValuation: Statement {
    let execution: ExecutionID
    let request: ValuationRequest
    let asOf: Instant
    let now: Instant?

    static let sql = """
        with opened as (
            insert into investments.valuation (execution_id, mode, class_id, as_of, snapshot, opened_at)
            values ($1, $2, $3, $4, pg_current_snapshot(), coalesce($5, clock_timestamp()))
            returning run_no)
        select run_no, investments.open_partition(run_no)::text,
               (select count(*) from investments.students s join investments.classes c on c.id = s.class_id
                where s.is_enabled and c.is_enabled and c.id = coalesce($3, c.id))
        from opened
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(execution)
        bindings.append(request.mode.rawValue)
        bindings.append(request.classID)
        bindings.append(asOf)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (run: Int32, students: Int64) {
        let run = try row.next(Int32.self)
        _ = try row.next(String?.self)
        return (run, try row.next(Int64.self))
    }
}

/// What a run's rows sum to, class by class.
struct ClassSums: Statement {
    let run: Int32

    static let sql = """
        select class_id, count(amount), coalesce(sum(amount), 0)::text, count(*) - count(amount)
        from investments.result where run_no = $1 group by class_id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
    }

    static func output(from row: inout Row) throws(PostgresError) -> ClassSum {
        ClassSum(
            classID: try row.next(), students: try row.next(), sum: try row.next(String.self),
            studentsInError: try row.next())
    }
}

struct ClassSum: Sendable {
    let classID: Int64
    let students: Int64
    /// Decimal text: may pass 64 bits.
    let sum: String
    let studentsInError: Int64
}

/// Writes the results of the classes, and lets each class's pointer go forward to them: all at once.
///
/// Never back: a pointer with a later or the same `as_of` stays, and so do the marks of its class.
struct PublishClasses: Statement {
    let run: Int32
    let asOf: Instant
    let classes: [Int64]
    /// Nil: completed.
    let errorCodes: [String?]
    let students: [Int64]
    let sums: [String]
    let averages: [Int64]
    /// The run whose kept sums hold from now on.
    let bases: [Int32?]
    let validUntil: [Instant?]
    let digest: String
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($11, clock_timestamp()) as now),
        input as (
            select class_id, error_code, students, sum, average, base, valid_until
            from unnest($3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::integer[],
                                 $9::timestamptz[])
                as i (class_id, error_code, students, sum, average, base, valid_until)),
        results as (
            insert into investments.class_result (run_no, class_id, status, error_code, students, sum, average)
            select $1, class_id, case when error_code is null then 'completed' else 'error' end, error_code, students,
                   sum::numeric, average
            from input),
        moved as (
            insert into investments.class_pointer as p (class_id, run_no, as_of, base_run_no, base_valid_until)
            select class_id, $1, $2, base, valid_until from input where error_code is null
            on conflict (class_id) do update
            set run_no = excluded.run_no, as_of = excluded.as_of, base_run_no = excluded.base_run_no,
                base_valid_until = excluded.base_valid_until, error_code = null, error_at = null
            where p.as_of is null or p.as_of < excluded.as_of
            returning class_id),
        failed as (
            insert into investments.class_pointer as p (class_id, error_code, error_at)
            select class_id, error_code, $2 from input where error_code is not null
            on conflict (class_id) do update
            set error_code = excluded.error_code, error_at = excluded.error_at, base_run_no = null
            where greatest(p.as_of, p.error_at) is null or greatest(p.as_of, p.error_at) < excluded.error_at
            returning class_id),
        heeded as (
            delete from investments.dirty_mark m using investments.valuation v
            where v.run_no = $1 and pg_visible_in_snapshot(m.xid, v.snapshot)
              and m.class_id in (select class_id from moved)),
        sealed as (
            update investments.valuation set sealed_at = clock.now, inputs_digest = $10 from clock where run_no = $1)
        select (select count(*) from moved), (select count(*) from failed)
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
        bindings.append(asOf)
        bindings.append(classes)
        bindings.append(errorCodes)
        bindings.append(students)
        bindings.append(sums)
        bindings.append(averages)
        bindings.append(bases)
        bindings.append(validUntil)
        bindings.append(digest)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (moved: Int64, failed: Int64) {
        (moved: try row.next(), failed: try row.next())
    }
}
