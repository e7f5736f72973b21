import Cron
import Postgres
import Primitives
import Scheduling

/// Ticks that an edit of their schedule passed over, each with a row that says so, or a stretch of them with one.
struct InsertPassedOver: Statement {
    let schedule: Int64
    let ticks: [Tick]
    let now: Instant

    static let sql = """
        insert into bursar.tick
            (schedule_id, key, instant, nominal, decision, period, ticks, last_instant, last_nominal, decided_at)
        select $1, key, instant, timestamp '1970-01-01' + nominal * interval '1 second', decision, period, ticks,
               last_instant, timestamp '1970-01-01' + last_nominal * interval '1 second', $2
        from unnest($3::text[], $4::timestamptz[], $5::bigint[], $6::text[], $7::text[], $8::bigint[],
                    $9::timestamptz[], $10::bigint[])
            with ordinality as t (key, instant, nominal, decision, period, ticks, last_instant, last_nominal, n)
        order by n
        on conflict (schedule_id, key) do nothing
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(now)
        bindings.append(ticks.map(\.key))
        bindings.append(ticks.map(\.instant))
        bindings.append(ticks.map(\.nominal.wallSeconds))
        bindings.append(ticks.map(\.decision.rawValue))
        bindings.append(ticks.map(\.period))
        bindings.append(ticks.map { Int64($0.count) })
        bindings.append(ticks.map(\.last?.instant))
        bindings.append(ticks.map(\.last?.nominal.wallSeconds))
    }
}
