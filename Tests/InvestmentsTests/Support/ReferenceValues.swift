import Postgres
import Primitives

/// A second opinion on a run's results: PostgreSQL's own numeric arithmetic and time zones, which share nothing with
/// the code under test but the four tables.
///
/// Every rate's logarithm and every factor have 80 digits behind the point. Per investment G is looked up as the
/// integral of k over the class's history; the sum is rounded once, half to even, as written out below.
struct ReferenceValues: Sendable {
    let runner: any StatementRunner

    /// Makes the tables and functions of the reference in a fresh database.
    init(on connection: PostgresConnection, for runner: some StatementRunner) async throws {
        try await connection.script(Self.schema)
        self.runner = runner
    }

    /// What each enabled student of an enabled class has as of an instant; a student without value is left out.
    func amounts(asOf: Instant) async throws -> [Int64: Int64] {
        try await runner.execute("select reference.refresh(\(asOf))")
        let rows = try await runner.query("select student_id, amount from reference.value where amount is not null")
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                var row = row
                return (try row.next(Int64.self), try row.next(Int64.self))
            })
    }

    /// Where a run's stored amounts, class sums and averages differ from the reference as of the same instant. Empty:
    /// all are the same. Students and classes with a finding are told by the missing amount.
    func differences(from run: ValuedRun) async throws -> [String] {
        try await runner.execute("select reference.refresh(\(run.asOf))")
        return try await runner.query(
            """
            select format('student %s: stored %s, reference %s (%s)', coalesce(r.student_id, v.student_id),
                          coalesce(r.amount::text, 'none'), coalesce(v.amount::text, 'none'), v.exact)
            from (select student_id, amount from investments.result where run_no = \(run.number)) r
            full join reference.value v using (student_id)
            where r.student_id is null or v.student_id is null or r.amount is distinct from v.amount
            union all
            select format('class %s: stored %s of %s sum %s, reference %s of %s sum %s',
                          coalesce(r.class_id, v.class_id),
                          r.average, r.students, r.sum, v.average, v.students, v.sum)
            from (select class_id, average, students, sum from investments.class_result where run_no = \(run.number)) r
            full join reference.class_value v using (class_id)
            where (r.average, r.students, r.sum) is distinct from (v.average, v.students, v.sum)
            limit 20
            """
        ).map { row in
            var row = row
            return try row.next(String.self)
        }
    }

    private static let schema = """
        create schema reference;

        create table reference.step (
            class_id bigint, start bigint, k numeric, grown numeric, is_first boolean, primary key (class_id, start));
        create table reference.value (student_id bigint primary key, class_id bigint, exact numeric, amount bigint);
        create table reference.class_value (class_id bigint primary key, students bigint, sum numeric, average bigint);

        create function reference.microseconds(t timestamptz) returns bigint language sql stable as
            $$ select (extract(epoch from t) * 1000000)::bigint $$;

        -- G of a class at an instant, times the microseconds of a month. Before the first rate the first rate holds.
        create function reference.growth(class bigint, t bigint) returns numeric language sql stable as $$
            select s.grown + s.k * (t - s.start) from reference.step s
            where s.class_id = class and (s.start <= t or s.is_first) order by s.start desc limit 1 $$;

        create function reference.half_even(x numeric) returns numeric language sql stable as $$
            select case when abs(x - floor(x) - 0.5) < 1e-30 then floor(x) + abs(mod(floor(x), 2))
                        when x - floor(x) < 0.5 then floor(x)
                        else floor(x) + 1 end $$;

        create function reference.half_even(sum numeric, n numeric) returns numeric language sql stable as $$
            select case when 2 * (sum - q * n) = n then q + abs(mod(q, 2))
                        when 2 * (sum - q * n) < n then q
                        else q + 1 end
            from (select case when sum < 0 and mod(sum, n) <> 0 then div(sum, n) - 1 else div(sum, n) end) as f (q) $$;

        create function reference.refresh(as_of timestamptz) returns void language plpgsql as $$
        begin
            truncate reference.step, reference.value, reference.class_value;
            insert into reference.step
            select class_id, start, k,
                   coalesce(sum(k * (next - start)) over (partition by class_id order by start
                                                          rows between unbounded preceding and 1 preceding), 0),
                   row_number() over (partition by class_id order by start) = 1
            from (
                select class_id, start, k, lead(start) over (partition by class_id order by start) as next
                from (
                    select r.class_id, ln(round(1 + r.monthly_interest_rate, 80)) as k,
                           reference.microseconds(r.effective_date::timestamp at time zone c.timezone) as start
                    from investments.interest_rate_history r
                    join investments.classes c on c.id = r.class_id
                    where c.is_enabled) as logarithms) as steps;
            analyze reference.step;
            insert into reference.value (student_id, class_id, exact)
            select s.id, c.id, coalesce(sum(
                       i.monto * exp(round((c.grown - reference.growth(c.id, reference.microseconds(i.fecha)))
                                           / 2592000000000, 80))), 0)
            from (
                select id, horizon, reference.growth(id, reference.microseconds(horizon)) as grown
                from (
                    select id, least(as_of, (end_date + 1)::timestamp at time zone timezone) as horizon
                    from investments.classes where is_enabled) as ends) as c
            join investments.students s on s.class_id = c.id and s.is_enabled
            left join investments.investments i on i.student_id = s.id and i.fecha <= c.horizon
            group by s.id, c.id;
            update reference.value set amount = reference.half_even(exact)
            where reference.half_even(exact) between -9223372036854775808 and 9223372036854775807;
            insert into reference.class_value
            select c.id, count(v.amount), coalesce(sum(v.amount), 0),
                   case count(v.amount) when 0 then 0
                                        else reference.half_even(sum(v.amount), count(v.amount)) end
            from investments.classes c left join reference.value v on v.class_id = c.id
            where c.is_enabled group by c.id;
        end $$;
        """
}
