package import Postgres
package import Primitives

import struct FoundationEssentials.UUID

/// A kind as a job that waits finds it: its gates, and what of it runs.
package struct KindNow: Sendable, Hashable {
    package let gates: KindGates
    /// JSON text of its row; nil when no daemon ever declared it.
    package let row: String?
    /// JSON text of its bucket's row, and of its breaker's.
    package let bucketRow: String?
    package let breakerRow: String?
    /// Those that were claimed one by one.
    package let running: Int
    /// The first `ReadKind.runningMax` of these: JSON text of a list, and their names.
    package let runningRows: String?
    package let runningNames: [String]
    package let now: Instant
}

/// Reads what gates the jobs of a kind, with the rows that do.
package struct ReadKind: Statement {
    let name: String

    /// Running jobs named.
    package static let runningMax = 10

    package init(_ name: String) {
        self.name = name
    }

    package static let sql = """
        with clock as (select clock_timestamp() as now),
        n (name) as (select $1::text),
        running as materialized (
            select id, limit_key, daemon_id, claimed_at, deadline, row_number() over (order by claimed_at, id) as place
            from bursar.job where state = 'running' and kind = $1)
        select \(KindGates.columns), to_jsonb(k)::text,
               (select to_jsonb(b)::text from bursar.bucket b where b.name = k.bucket),
               (select to_jsonb(b)::text from bursar.breaker b where b.name = k.breaker),
               (select count(*) from running),
               (select jsonb_agg(jsonb_build_object(
                           'id', r.id::text, 'limit_key', r.limit_key, 'daemon_id', r.daemon_id,
                           'claimed_at', r.claimed_at, 'deadline', r.deadline) order by r.place)::text
                from running r where r.place <= \(runningMax)),
               array(select r.id::text from running r where r.place <= \(runningMax) order by r.place), clock.now
        from n cross join clock
        \(KindGates.tables)
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(name)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> KindNow {
        KindNow(
            gates: try KindGates(from: &row), row: try row.next(), bucketRow: try row.next(),
            breakerRow: try row.next(), running: try row.next(), runningRows: try row.next(),
            runningNames: try row.next(), now: try row.next())
    }
}

/// The builds that ever ran a kind, the last seen first.
package struct BuildsOfKind: Statement {
    /// A build, and when a daemon of it last beat.
    package struct Build: Sendable, Hashable {
        package let name: String
        package let lastSeen: Instant
    }

    let kind: String

    private static let limit = 5

    package init(_ kind: String) {
        self.kind = kind
    }

    package static let sql = """
        select build, max(beat_at) from bursar.daemon where $1 = any(kinds) group by build order by 2 desc, 1 limit $2
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(kind)
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> Build {
        Build(name: try row.next(), lastSeen: try row.next())
    }
}
