import Postgres

/// A queue with nothing but what a durable queue cannot do without, driven by pgbench: what the server could do at
/// best.
///
/// Claims survive a crash, several daemons may claim, finished jobs are kept.
struct LimitQueue {
    let database: BenchDatabase

    /// Jobs a claim; written into the statement, since a parameter would let the generic plan guess.
    static let batch = 1_000
    /// Left over behind a drain, so that no batch is a short one.
    private static let slack = 20 * batch

    func create() async throws {
        try await database.control.script(
            """
            create schema bench_limit;
            create table bench_limit.job (
                id bigint generated always as identity primary key, queue text not null, kind text not null,
                state text not null, priority smallint not null default 0, attempts integer not null default 0,
                run_at timestamptz not null, created_at timestamptz not null default now(), claimed_at timestamptz,
                finished_at timestamptz, payload bytea not null);
            create index job_ready on bench_limit.job (queue, priority, run_at, id) where state = 'ready';
            create table bench_limit.finished (
                id bigint primary key, queue text not null, kind text not null, attempts integer not null,
                created_at timestamptz not null, claimed_at timestamptz, finished_at timestamptz,
                payload bytea not null);
            """)
    }

    /// Jobs a second: completes and moves the batch before and claims the next in one statement, behind a low-water
    /// mark. A drain of `jobs` out of a few more.
    func drain(_ jobs: Int, clients: Int) async throws -> Double {
        try await database.control.execute("truncate bench_limit.job, bench_limit.finished")
        try await database.control.execute(
            """
            insert into bench_limit.job (queue, kind, state, run_at, payload)
            select 'default', 'bench.noop', 'ready', now(), '{"number":12345}'
            from generate_series(1, \(Int64(jobs + Self.slack)))
            """)
        try await database.settle()
        let rate = try await Pgbench(
            script: Self.fusedMove, clients: clients, transactions: jobs / Self.batch / clients,
            variables: ["ids": "{}", "run_at": "1970-01-01", "id": "0"]
        ).rate(database)
        return rate * Double(Self.batch)
    }

    private static let fusedMove = """
        with done as (
            delete from bench_limit.job where id = any(:ids::bigint[])
            returning id, queue, kind, attempts, created_at, claimed_at, payload),
        moved as (
            insert into bench_limit.finished (id, queue, kind, attempts, created_at, claimed_at, finished_at, payload)
            select id, queue, kind, attempts, created_at, claimed_at, clock_timestamp(), payload from done),
        ready as materialized (
            select id from bench_limit.job
            where queue = 'default' and state = 'ready'
              and (priority, run_at, id) > (0::smallint, :run_at::timestamptz, :id::bigint)
            order by priority, run_at, id limit \(batch) for update skip locked),
        claimed as (
            update bench_limit.job j set state = 'running', attempts = attempts + 1, claimed_at = clock_timestamp()
            from ready where j.id = ready.id
            returning j.id, j.kind, j.payload, j.run_at)
        select coalesce(array_agg(id), '{}') as ids, coalesce(max(run_at), :run_at::timestamptz) as run_at,
               coalesce(max(id), :id::bigint) as id, string_agg(payload, '') as payloads
        from claimed
        \\gset

        """
}
