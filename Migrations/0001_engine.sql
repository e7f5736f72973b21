-- The engine: daemons, schedules, ticks, jobs, runs, findings.
-- The migrator made the schema `bursar` before it came here. Each CHECK rules out a state that the code must never see.

-- Fencing numbers: each claim takes a fresh one, so a number never returns.
create sequence bursar.lease_number as bigint;

-- Ids of jobs are taken before the row is written: a tick and its job name each other in one statement.
create sequence bursar.job_id as bigint;

-- One row a daemon: its liveness is this row's beat and a session lock, never a beat on job rows.
create table bursar.daemon (
    id uuid primary key,
    host text not null,
    pid integer not null,
    build text not null,
    -- The session advisory lock that the daemon holds on its direct connection: the second witness of its life.
    lock_key bigint not null unique,
    kinds text[] not null,
    started_at timestamptz not null,
    beat_at timestamptz not null,
    -- Set when it stopped in order, or was found dead.
    ended_at timestamptz,
    check (beat_at >= started_at)
);
create index daemon_alive on bursar.daemon (beat_at) where ended_at is null;

create table bursar.schedule (
    id bigint generated always as identity primary key,
    name text not null unique check (length(name) between 1 and 120),
    kind text not null,
    payload jsonb not null,
    expression text not null,
    zone text not null,
    money boolean not null,
    catch_up text not null check (catch_up in ('all', 'latest', 'none')),
    catch_up_limit integer not null check (catch_up_limit > 0),
    max_lateness_us bigint check (max_lateness_us > 0),
    overlap text not null check (overlap in ('queue', 'skip', 'allow')),
    pause_on_failure boolean not null,
    -- Every tick up to and including this instant is decided.
    cursor timestamptz not null,
    -- The first tick after the cursor; null when there is none.
    next_due timestamptz check (next_due > cursor),
    -- Changes with every edit: a decision made against an older rule commits nothing.
    revision bigint not null default 1,
    -- Off: its ticks are decided as `disabled`.
    enabled boolean not null,
    -- Held: its ticks wait, undecided, until a person resumes it.
    paused_at timestamptz,
    paused_by text,
    paused_reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Set when the file no longer names it.
    removed_at timestamptz,
    check ((paused_at is null) = (paused_by is null)),
    check ((paused_at is null) = (paused_reason is null))
);
create index schedule_due on bursar.schedule (next_due, id) where paused_at is null and removed_at is null;

create table bursar.tick (
    id bigint generated always as identity primary key,
    schedule_id bigint not null references bursar.schedule,
    -- The nominal local time of a fixed schedule, the instant of a wildcard: what makes the tick this one and no other.
    key text not null,
    instant timestamptz not null,
    nominal timestamp not null,
    decision text not null check (decision in ('enqueued', 'overlap', 'missed', 'disabled')),
    job_id bigint,
    decided_at timestamptz not null,
    unique (schedule_id, key),
    check ((decision = 'enqueued') = (job_id is not null))
);
create index tick_recent on bursar.tick (schedule_id, instant desc);

create table bursar.job (
    id bigint primary key default nextval('bursar.job_id'),
    kind text not null check (length(kind) between 1 and 120),
    payload jsonb not null,
    state text not null check (state in ('waiting', 'running', 'parked')),
    run_at timestamptz not null,
    priority smallint not null default 0,
    -- Jobs of one key run one at a time, in the order of their ids.
    order_key text check (length(order_key) <= 200),
    -- At most one unfinished job of a kind has a given key.
    unique_key text check (length(unique_key) <= 200),
    -- Backed by money: parks when its attempts are used up, and never just fails.
    money boolean not null,
    lease bigint unique,
    daemon_id uuid,
    claimed_at timestamptz,
    -- After this instant the attempt is retaken even from a daemon that lives.
    deadline timestamptz,
    -- Executions begun, those that cost nothing included.
    attempt integer not null default 0 check (attempt >= 0),
    -- Executions that ended in an error which counts against the kind's attempts.
    failures integer not null default 0 check (failures >= 0),
    -- Executions cut off since the last committed step: a job that keeps killing its daemon is parked.
    interruptions integer not null default 0 check (interruptions >= 0),
    -- Committed steps: what tells a lost COMMIT's fate afterwards.
    steps bigint not null default 0 check (steps >= 0),
    checkpoint jsonb,
    error text,
    -- Why it waits for a person: no daemon knows its kind, it was refused, its attempts are used up, it asked for it,
    -- or it was cut off too often.
    park_code text check (park_code in ('unknown_kind', 'refused', 'exhausted', 'asked', 'interrupted')),
    created_at timestamptz not null,
    check ((state = 'running') = (lease is not null)),
    check ((state = 'running') = (daemon_id is not null)),
    check ((state = 'running') = (claimed_at is not null)),
    check ((state = 'running') = (deadline is not null)),
    check ((state = 'parked') = (park_code is not null)),
    check (state <> 'parked' or error is not null)
) with (fillfactor = 70);
create index job_ready on bursar.job (priority, run_at, id) where state = 'waiting';
create index job_running on bursar.job (daemon_id) where state = 'running';
create index job_parked on bursar.job (id) where state = 'parked';
create index job_order on bursar.job (order_key, id) where order_key is not null;
create unique index job_unique on bursar.job (kind, unique_key) where unique_key is not null;

-- Jobs that ended: moved here by the transaction that ended them.
create table bursar.finished_job (
    id bigint primary key,
    kind text not null,
    payload jsonb not null,
    state text not null check (state in ('done', 'failed', 'cancelled')),
    -- The lease that ended it; null when it ended without one. Tells a lost COMMIT's fate afterwards.
    lease bigint,
    attempt integer not null,
    failures integer not null,
    error text,
    created_at timestamptz not null,
    finished_at timestamptz not null,
    check (state <> 'failed' or error is not null)
);
create index finished_job_recent on bursar.finished_job (finished_at desc, id desc);

-- A run: the job that a tick, an operator or a webhook started, with its progress and totals.
create table bursar.run (
    execution_id uuid primary key,
    job_id bigint not null unique,
    kind text not null,
    schedule_id bigint references bursar.schedule,
    trigger text not null check (trigger in ('scheduled', 'manual', 'webhook')),
    source text not null,
    -- The tick period: what the run is for, never when it happens to run.
    tick_instant timestamptz,
    tick_nominal timestamp,
    tick_previous_nominal timestamp,
    tick_zone text,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    outcome text check (outcome in ('success', 'warning', 'failed', 'parked', 'cancelled')),
    error text,
    progress_done bigint not null default 0 check (progress_done >= 0),
    progress_total bigint check (progress_total >= 0),
    progress_at timestamptz,
    totals jsonb,
    check ((outcome is null) = (finished_at is null)),
    check (finished_at is null or started_at is not null or outcome in ('parked', 'cancelled')),
    check (trigger <> 'scheduled' or (tick_instant is not null and tick_nominal is not null and tick_zone is not null))
);
create index run_recent on bursar.run (created_at desc, execution_id desc);
create index run_open on bursar.run (created_at) where outcome is null;
create index run_of_schedule on bursar.run (schedule_id, created_at desc);

-- One thing that a run found wrong.
create table bursar.finding (
    id bigint generated always as identity primary key,
    execution_id uuid not null references bursar.run,
    code text not null,
    -- A warning makes its run end in `warning`; a notice does not.
    severity text not null check (severity in ('warning', 'notice')),
    subject text not null,
    subject_id bigint not null,
    message text not null,
    hint text not null,
    found_at timestamptz not null,
    unique (execution_id, code, subject, subject_id)
);
