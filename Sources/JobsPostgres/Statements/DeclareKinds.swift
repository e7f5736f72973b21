import Jobs
import Postgres
import Primitives

/// Writes down what this build says of its kinds: what gates them, with their buckets and breakers. What operators and
/// the fleet did to them stays.
struct DeclareKinds: Statement {
    let kinds: [JobKind]
    let limits: [KindLimits]

    static let sql = """
        with bucket as (
            insert into bursar.bucket as b (name, capacity, interval_us)
            select distinct on (name) name, capacity, interval_us
            from unnest($1::text[], $2::integer[], $3::bigint[]) as n (name, capacity, interval_us) order by name
            on conflict (name) do update set capacity = excluded.capacity, interval_us = excluded.interval_us
            where (b.capacity, b.interval_us) is distinct from (excluded.capacity, excluded.interval_us)),
        breaker as (
            insert into bursar.breaker as b (name, threshold, rest_us)
            select distinct on (name) name, threshold, rest_us
            from unnest($4::text[], $5::integer[], $6::bigint[]) as n (name, threshold, rest_us) order by name
            on conflict (name) do update set threshold = excluded.threshold, rest_us = excluded.rest_us
            where (b.threshold, b.rest_us) is distinct from (excluded.threshold, excluded.rest_us))
        insert into bursar.kind as k (name, idempotent, concurrency, per_key, bucket, breaker)
        select n.name, n.idempotent, n.concurrency, n.per_key, n.bucket, n.breaker
        from unnest($7::text[], $8::boolean[], $9::integer[], $10::integer[], $11::text[], $12::text[])
            as n (name, idempotent, concurrency, per_key, bucket, breaker)
        order by n.name
        on conflict (name) do update
        set idempotent = excluded.idempotent, concurrency = excluded.concurrency, per_key = excluded.per_key,
            bucket = excluded.bucket, breaker = excluded.breaker
        where (k.idempotent, k.concurrency, k.per_key, k.bucket, k.breaker)
            is distinct from
              (excluded.idempotent, excluded.concurrency, excluded.per_key, excluded.bucket, excluded.breaker)
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
