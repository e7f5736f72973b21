import Postgres
import Primitives

/// The number of a run that is about to be opened, and what it will have to do.
struct NextRun: Statement {
    let classID: Int64?

    static let sql = """
        select nextval(pg_get_serial_sequence('investments.valuation', 'run_no'))::integer,
               $1::bigint is null or exists (select from investments.classes c where c.id = $1),
               (select count(*) from investments.students s join investments.classes c on c.id = s.class_id
                where s.is_enabled and c.is_enabled and c.id = coalesce($1, c.id))
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(classID)
    }

    static func output(
        from row: inout Row
    ) throws(PostgresError) -> (run: Int32, isKnownClass: Bool, students: Int64) {
        (run: try row.next(), isKnownClass: try row.next(), students: try row.next())
    }
}

/// Opens a run: its row, its partition, and the snapshot before which the app's changes count.
struct OpenValuation: Statement {
    let run: Int32
    let execution: ExecutionID
    let request: ValuationRequest
    let policy: FirstRatePolicy
    let asOf: Instant
    let now: Instant?

    static let sql = """
        with opened as (
            insert into investments.valuation
                (run_no, execution_id, mode, class_id, first_rate, as_of, snapshot, opened_at)
            overriding system value
            values ($1, $2, $3, $4, $5, $6, pg_current_snapshot(), coalesce($7, clock_timestamp()))
            returning run_no)
        select investments.open_partition(run_no)::text from opened
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
        bindings.append(execution)
        bindings.append(request.mode.rawValue)
        bindings.append(request.classID)
        bindings.append(policy.rawValue)
        bindings.append(asOf)
        bindings.append(now)
    }
}

/// Takes back what a run found: it starts over.
struct ForgetFindings: Statement {
    let execution: ExecutionID

    static let sql = "delete from bursar.finding where execution_id = $1"

    func bind(to bindings: inout Bindings) {
        bindings.append(execution)
    }
}

/// What a run's rows sum to, class by class.
struct ClassSums: Statement {
    let run: Int32

    static let sql = """
        select class_id, count(amount), coalesce(sum(amount), 0)::text
        from investments.result where run_no = $1 group by class_id
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(run)
    }

    static func output(from row: inout Row) throws(PostgresError) -> ClassSum {
        ClassSum(classID: try row.next(), students: try row.next(), sum: try row.next())
    }
}

struct ClassSum: Sendable {
    let classID: Int64
    let students: Int64
    /// Decimal text: may pass 64 bits.
    let sum: String
}

/// Makes sure that every class that is still there has a pointer, and holds them all until the transaction ends: in
/// one order, so that two runs wait for each other instead of blocking each other.
struct HoldPointers: Statement {
    let classes: [Int64]

    static let sql = """
        with made as (
            insert into investments.class_pointer (class_id)
            select id from investments.classes where id = any($1) order by id
            on conflict (class_id) do nothing)
        select class_id from investments.class_pointer where class_id = any($1) order by class_id for update
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(classes)
    }
}

/// Writes the results of the classes, and lets each class's pointer go forward to them: all at once.
///
/// Never back: a pointer with a later or the same `as_of` stays, and so do the marks of its class. A class that another
/// run moved since this one read it is read anew by the next: that run may have heeded marks which this one did not
/// see.
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
    /// The run whose kept sums held when the classes were read.
    let seenBases: [Int32?]
    let validUntil: [Instant?]
    let digest: String
    let now: Instant?

    static let sql = """
        with clock as (select coalesce($12, clock_timestamp()) as now),
        input as (
            select class_id, error_code, students, sum, average, base, seen_base, valid_until
            from unnest($3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::integer[],
                        $9::integer[], $10::timestamptz[])
                as i (class_id, error_code, students, sum, average, base, seen_base, valid_until)),
        results as (
            insert into investments.class_result (run_no, class_id, status, error_code, students, sum, average)
            select $1, class_id, case when error_code is null then 'completed' else 'error' end, error_code, students,
                   sum::numeric, average
            from input),
        moved as (
            update investments.class_pointer p
            set run_no = $1, as_of = $2,
                base_run_no = case when p.base_run_no is not distinct from i.seen_base then i.base end,
                base_valid_until = i.valid_until, error_code = null, error_at = null
            from input i
            where p.class_id = i.class_id and i.error_code is null and (p.as_of is null or p.as_of < $2)
            returning p.class_id),
        failed as (
            update investments.class_pointer p
            set error_code = i.error_code, error_at = $2, base_run_no = null
            from input i
            where p.class_id = i.class_id and i.error_code is not null
              and (greatest(p.as_of, p.error_at) is null or greatest(p.as_of, p.error_at) < $2)
            returning p.class_id),
        heeded as (
            delete from investments.dirty_mark m using investments.valuation v
            where v.run_no = $1 and pg_visible_in_snapshot(m.xid, v.snapshot)
              and m.class_id in (select class_id from moved)),
        sealed as (
            update investments.valuation set sealed_at = clock.now, inputs_digest = $11 from clock where run_no = $1)
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
        bindings.append(seenBases)
        bindings.append(validUntil)
        bindings.append(digest)
        bindings.append(now)
    }

    static func output(from row: inout Row) throws(PostgresError) -> (moved: Int64, failed: Int64) {
        (moved: try row.next(), failed: try row.next())
    }
}
