import Jobs
import Postgres
import Primitives

/// Writes down what this build says of its kinds: what gates them, with their buckets and breakers. What operators and
/// the fleet did to them stays.
///
/// What is written already is not touched: whoever claims jobs of a kind has its row locked, and one that hangs must
/// not keep others from beginning their lives.
struct DeclareKinds: Statement {
    let kinds: [JobKind]
    let limits: [KindLimits]

    static let sql = """
        with bucket as (
            insert into bursar.bucket (name, capacity, interval_us)
            select distinct on (name) name, capacity, interval_us
            from unnest($1::text[], $2::integer[], $3::bigint[]) as n (name, capacity, interval_us)
            where not exists (
                select from bursar.bucket p
                where (p.name, p.capacity, p.interval_us) = (n.name, n.capacity, n.interval_us))
            order by name
            on conflict (name) do update set capacity = excluded.capacity, interval_us = excluded.interval_us),
        breaker as (
            insert into bursar.breaker (name, threshold, rest_us)
            select distinct on (name) name, threshold, rest_us
            from unnest($4::text[], $5::integer[], $6::bigint[]) as n (name, threshold, rest_us)
            where not exists (
                select from bursar.breaker p
                where (p.name, p.threshold, p.rest_us) = (n.name, n.threshold, n.rest_us))
            order by name
            on conflict (name) do update set threshold = excluded.threshold, rest_us = excluded.rest_us)
        insert into bursar.kind (name, idempotent, concurrency, per_key, bucket, breaker)
        select n.name, n.idempotent, n.concurrency, n.per_key, n.bucket, n.breaker
        from unnest($7::text[], $8::boolean[], $9::integer[], $10::integer[], $11::text[], $12::text[])
            as n (name, idempotent, concurrency, per_key, bucket, breaker)
        where not exists (
            select from bursar.kind p
            where p.name = n.name
              and (p.idempotent, p.concurrency, p.per_key, p.bucket, p.breaker)
                  is not distinct from (n.idempotent, n.concurrency, n.per_key, n.bucket, n.breaker))
        order by n.name
        on conflict (name) do update
        set idempotent = excluded.idempotent, concurrency = excluded.concurrency, per_key = excluded.per_key,
            bucket = excluded.bucket, breaker = excluded.breaker
        """

    func bind(to bindings: inout Bindings) {
        let byKind = Dictionary(limits.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        let buckets = limits.compactMap(\.gates.bucket)
        bindings.append(buckets.map(\.name))
        bindings.append(buckets.map { Int32(clamping: $0.capacity) })
        bindings.append(buckets.map { $0.interval.wholeMicroseconds })
        let breakers = limits.compactMap(\.gates.breaker)
        bindings.append(breakers.map(\.name))
        bindings.append(breakers.map { Int32(clamping: $0.threshold) })
        bindings.append(breakers.map { $0.rest.wholeMicroseconds })
        bindings.append(kinds.map(\.name))
        bindings.append(kinds.map { byKind[$0]?.isIdempotent ?? false })
        bindings.append(kinds.map { byKind[$0]?.gates.concurrency.map { Int32(clamping: $0) } })
        bindings.append(kinds.map { byKind[$0]?.gates.perKey.map { Int32(clamping: $0) } })
        bindings.append(kinds.map { byKind[$0]?.gates.bucket?.name })
        bindings.append(kinds.map { byKind[$0]?.gates.breaker?.name })
    }
}
