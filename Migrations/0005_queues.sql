-- The engine, completed: lines by key, gates by kind, batches of idempotent jobs, history by the day, counters.

-- Of one key one job runs after the other, in the order of their ids (`order_key`), or as many at once as the kind
-- allows (`limit_key`). The jobs behind those are held: they are not in the index that claims read.
alter table bursar.job
    drop constraint job_lease_key,
    add column held boolean not null default false,
    add column limit_key text,
    -- The run that it belongs to without having begun it.
    add column execution_id uuid,
    -- The states in which its unique key is its own: 1 waiting, 2 running, 4 parked, added up.
    add column unique_in smallint not null default 7,
    -- Each row pays for each constraint at each change: what was one for a column is one for a subject.
    drop constraint job_state_check, drop constraint job_check, drop constraint job_check1,
    drop constraint job_check2, drop constraint job_check3, drop constraint job_check4, drop constraint job_check5,
    drop constraint job_park_code_check, drop constraint job_attempt_check, drop constraint job_failures_check,
    drop constraint job_interruptions_check, drop constraint job_steps_check, drop constraint job_order_key_check,
    drop constraint job_unique_key_check,
    add constraint job_state_check check (case state
        when 'waiting' then
            lease is null and daemon_id is null and claimed_at is null and deadline is null and park_code is null
        when 'running' then
            lease is not null and daemon_id is not null and claimed_at is not null and deadline is not null
            and park_code is null
        -- `payload`: it cannot be read.
        when 'parked' then
            lease is null and daemon_id is null and claimed_at is null and deadline is null and error is not null
            and coalesce(park_code, '') in (
                'unknown_kind', 'refused', 'exhausted', 'asked', 'interrupted', 'payload')
        else false end),
    add constraint job_numbers_check check (
        attempt >= 0 and failures >= 0 and interruptions >= 0 and steps >= 0 and priority between -1 and 1
        and unique_in in (0, 1, 3, 7)),
    add constraint job_keys_check check (
        (unique_key is null or length(unique_key) <= 200)
        and case when order_key is null and limit_key is null then not held
            else (order_key is null or limit_key is null) and length(coalesce(order_key, limit_key)) <= 200
                and (not held or state = 'waiting') end);

update bursar.job j set held = true
where state = 'waiting' and order_key is not null
  and exists (select from bursar.job e where e.order_key = j.order_key and e.id < j.id);

drop index bursar.job_ready, bursar.job_running, bursar.job_order, bursar.job_unique;
-- A queue is what waits of one kind.
create index job_ready on bursar.job (kind, priority, run_at, id) where state = 'waiting' and not held;
create index job_running on bursar.job (deadline) where state = 'running';
-- Two at the head of one line cannot be written.
create unique index job_head on bursar.job (order_key) where order_key is not null and not held;
create index job_held on bursar.job (order_key, id) where order_key is not null and held;
create index job_limited on bursar.job (kind, limit_key, held, id) where limit_key is not null;
create index job_of_run on bursar.job (execution_id) where execution_id is not null;
create index job_unknown on bursar.job (kind) where park_code = 'unknown_kind';
create unique index job_unique on bursar.job (kind, unique_key)
    where unique_key is not null and unique_in & (case state when 'waiting' then 1 when 'running' then 2 else 4 end) <> 0;
alter table bursar.job set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- Tokens for calls that the whole fleet shares: one each `interval_us`, and up to `capacity` saved.
create table bursar.bucket (
    name text primary key check (length(name) between 1 and 120),
    capacity integer not null check (capacity > 0),
    interval_us bigint not null check (interval_us > 0),
    -- When the bucket will be, or was, full again, were no more token taken.
    full_at timestamptz not null default '-infinity',
    -- The other side asked for silence until then (Retry-After).
    blocked_until timestamptz
);

-- Open: the other side failed `threshold` times in a row, and is left alone for `rest_us`; then one job may try.
create table bursar.breaker (
    name text primary key check (length(name) between 1 and 120),
    threshold integer not null check (threshold > 0),
    rest_us bigint not null check (rest_us > 0),
    failures integer not null default 0 check (failures >= 0),
    open_until timestamptz,
    last_error text,
    -- The attempt that tries while it is half open.
    probe_job bigint,
    probe_lease bigint,
    check ((probe_job is null) = (probe_lease is null))
);

-- What gates a kind, as the build that registered last has it; and whether operators hold it.
create table bursar.kind (
    name text primary key check (length(name) between 1 and 120),
    idempotent boolean not null default false,
    -- At once in the whole fleet; and of one `limit_key`.
    concurrency integer check (concurrency > 0),
    per_key integer check (per_key > 0),
    bucket text references bursar.bucket,
    breaker text references bursar.breaker,
    paused_at timestamptz,
    paused_by text,
    paused_reason text,
    check ((paused_at is null) = (paused_by is null)),
    check ((paused_at is null) = (paused_reason is null))
);

-- Jobs of an idempotent kind that one daemon took together. Their own rows stay as they are: a batch that is gone
-- leaves them waiting.
create table bursar.batch (
    lease bigint primary key,
    kind text not null,
    daemon_id uuid not null,
    ids bigint[] not null check (cardinality(ids) > 0),
    claimed_at timestamptz not null,
    deadline timestamptz not null
);

-- Runs whose own job ended while jobs that it had started had not.
alter table bursar.run
    add column root_outcome text check (root_outcome in ('success', 'warning', 'failed', 'cancelled')),
    add column root_ended_at timestamptz,
    -- Jobs that it started and that failed: then it ends so too.
    -- Its place in line until all have ended.
    add column kept_order_key text,
    add column descendants_failed integer not null default 0,
    add check ((root_outcome is null) = (root_ended_at is null));
create index run_keeps_place on bursar.run (kept_order_key) where kept_order_key is not null and outcome is null;
create index run_root_ended on bursar.run (created_at) where root_ended_at is not null and outcome is null;

-- Jobs that ended, by the day of their end, in UTC: a day is dropped as a whole.
alter table bursar.finished_job rename to finished_job_0004;
create table bursar.finished_job (
    id bigint not null,
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
    money boolean,
    order_key text,
    limit_key text,
    unique_key text,
    execution_id uuid,
    -- The job that an operator started in its place: it is tried again once at most.
    retried_as bigint,
    primary key (id, finished_at),
    check (state <> 'failed' or error is not null)
) partition by range (finished_at);
-- What falls on a day that nobody made a partition for.
create table bursar.finished_job_default partition of bursar.finished_job default;
insert into bursar.finished_job
    (id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money, order_key, unique_key,
     retried_as)
select id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money, order_key,
       unique_key, retried_as
from bursar.finished_job_0004;
drop table bursar.finished_job_0004;

-- Makes the partition of a day, and moves into it what fell into the default one before. False: it is there.
create function bursar.make_history_day(day date) returns boolean language plpgsql as $$
declare
    columns text := 'id, kind, payload, state, lease, attempt, failures, error, created_at, finished_at, money,
        order_key, limit_key, unique_key, execution_id, retried_as';
    name text := 'finished_job_' || to_char(day, 'YYYYMMDD');
    first timestamptz := day::timestamp at time zone 'UTC';
    next timestamptz := (day + 1)::timestamp at time zone 'UTC';
begin
    if to_regclass('bursar.' || name) is not null then return false; end if;
    -- Whoever ends a job just now was sent to the default partition: it is waited for, and none begins meanwhile.
    lock table bursar.finished_job in share row exclusive mode;
    if to_regclass('bursar.' || name) is not null then return false; end if;
    execute format('create table bursar.%I (like bursar.finished_job including defaults including constraints)', name);
    execute format(
        'with moved as (
             delete from bursar.finished_job_default where finished_at >= %L and finished_at < %L
             returning ' || columns || ')
         insert into bursar.%I (' || columns || ') select ' || columns || ' from moved', first, next, name);
    execute format(
        'alter table bursar.finished_job attach partition bursar.%I for values from (%L) to (%L)', name, first, next);
    return true;
end $$;

-- Drops the days that ended before `day`, and what the default partition has of them. Returns how many.
create function bursar.drop_history_before(day date) returns integer language plpgsql as $$
declare
    old text;
    dropped integer := 0;
begin
    for old in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'bursar.finished_job'::regclass and c.relname ~ '^finished_job_\d{8}$'
          and to_date(right(c.relname, 8), 'YYYYMMDD') < day
        order by c.relname
    loop
        execute format('drop table bursar.%I', old);
        dropped := dropped + 1;
    end loop;
    delete from bursar.finished_job_default where finished_at < day::timestamp at time zone 'UTC';
    return dropped;
end $$;

-- How many jobs of a kind are in each state: what was folded, and the changes that were appended since.
create table bursar.tally (
    kind text not null,
    state text not null check (state in ('waiting', 'running', 'parked', 'done', 'failed', 'cancelled')),
    jobs bigint not null,
    primary key (kind, state)
);
create table bursar.tally_change (
    id bigint generated always as identity primary key,
    kind text not null,
    waiting integer not null default 0,
    running integer not null default 0,
    parked integer not null default 0,
    done integer not null default 0,
    failed integer not null default 0,
    cancelled integer not null default 0
);
insert into bursar.tally (kind, state, jobs)
select kind, state, count(*) from bursar.job group by kind, state
union all
select kind, state, count(*) from bursar.finished_job group by kind, state;

-- Puts a transaction in line for a key until it ends. Whoever writes or ends a job of the key stands in the same line,
-- so that ids of one key are in the order of their commits and no held job is overlooked.
create function bursar.stand_in_line(key text) returns void language sql volatile as $$
    select pg_advisory_xact_lock(hashtextextended(key, 5))
$$;

-- A fresh lease. The server's timeline is its high part: one that took the place of another may know less of the sequence
-- than was given away, and a number must not come back.
create function bursar.next_lease() returns bigint language sql volatile as $$
    select (('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint << 36)
           + nextval('bursar.lease_number')
$$;

-- Refuses what a job of an idempotent kind cannot be: it is taken by the batch, is not seen to run, and ends with many
-- others.
create function bursar.check_batched(kind text, money boolean, is_in_line boolean, unique_in integer) returns boolean
language plpgsql stable as $$
declare
    reason text := case when check_batched.money then 'no money may be behind them'
                        when is_in_line then 'they stand in no line'
                        when unique_in <> 7 then 'they can only be unique while they are unfinished' end;
begin
    if reason is not null
        and exists (select from bursar.kind k where k.name = check_batched.kind and k.idempotent) then
        raise exception 'jobs of kind % are taken by the batch: %', check_batched.kind, reason using
            errcode = 'check_violation',
            hint = case when check_batched.money then 'Work behind which money stands is of a fenced kind.'
                        when is_in_line then 'Leave order_key and limit_key out.'
                        else 'Leave unique_in out.' end;
    end if;
    return true;
end $$;

-- Inserts one job; the door for every language. Gives back its id, or that of the job that has its unique key.
create function bursar.enqueue(
    kind text, payload jsonb default '{}', run_at timestamptz default null, priority integer default 0,
    order_key text default null, limit_key text default null, unique_key text default null,
    unique_in integer default 7, money boolean default false, execution_id uuid default null,
    now timestamptz default null, out id bigint, out is_new boolean)
language plpgsql as $$
#variable_conflict use_column
declare
    instant timestamptz := coalesce(enqueue.now, clock_timestamp());
    behind boolean := false;
    allowed integer;
begin
    if enqueue.money or enqueue.unique_in <> 7 or enqueue.order_key is not null or enqueue.limit_key is not null then
        perform bursar.check_batched(
            enqueue.kind, enqueue.money, enqueue.order_key is not null or enqueue.limit_key is not null,
            enqueue.unique_in);
    end if;
    if enqueue.order_key is not null then
        perform bursar.stand_in_line(enqueue.order_key);
        -- Behind whoever stands there: a line may be without a head for a moment, and the next of it goes first.
        behind := exists (select from bursar.job j where j.order_key = enqueue.order_key and not j.held)
            or exists (select from bursar.job j where j.order_key = enqueue.order_key and j.held)
            or exists (select from bursar.run r where r.kept_order_key = enqueue.order_key and r.outcome is null);
    elsif enqueue.limit_key is not null then
        perform bursar.stand_in_line(enqueue.kind || chr(31) || enqueue.limit_key);
        select k.per_key into allowed from bursar.kind k where k.name = enqueue.kind;
        behind := (select count(*) from bursar.job j
                   where j.kind = enqueue.kind and j.limit_key = enqueue.limit_key and not j.held
                     and (j.state = 'running' or j.state = 'waiting' and j.run_at <= instant)) >= allowed;
    end if;
    for try in 1..5 loop
        insert into bursar.job
            (kind, payload, state, run_at, priority, order_key, limit_key, unique_key, unique_in, money, execution_id,
             held, created_at)
        values (enqueue.kind, enqueue.payload, 'waiting', coalesce(enqueue.run_at, instant), enqueue.priority,
                enqueue.order_key, enqueue.limit_key, enqueue.unique_key, enqueue.unique_in, enqueue.money,
                enqueue.execution_id, coalesce(behind, false), instant)
        on conflict (kind, unique_key)
            where unique_key is not null
              and unique_in & (case state when 'waiting' then 1 when 'running' then 2 else 4 end) <> 0
            do nothing
        returning job.id into enqueue.id;
        if enqueue.id is not null then
            insert into bursar.tally_change (kind, waiting) values (enqueue.kind, 1);
            is_new := true;
            return;
        end if;
        select j.id into enqueue.id from bursar.job j
        where j.kind = enqueue.kind and j.unique_key = enqueue.unique_key
          and j.unique_in & (case j.state when 'waiting' then 1 when 'running' then 2 else 4 end) <> 0;
        if enqueue.id is not null then
            is_new := false;
            return;
        end if;
    end loop;
    raise exception 'the job that held the unique key ended at this moment' using
        errcode = 'unique_violation', hint = 'Enqueue again.';
end $$;

-- Ends a statement, and the transaction around it, whose attempt no longer holds its job: so the fence and COMMIT can
-- be sent together.
create function bursar.lease_lost() returns bigint language plpgsql as $$
begin
    raise exception 'the lease was lost' using errcode = 'BRS01';
end $$;
