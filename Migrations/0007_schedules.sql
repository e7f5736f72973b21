-- The law of ticks to its last line: fixed schedules keep their place in local time, a money schedule runs each period
-- once, a long stretch of missed ticks is one row, and a jump of the clock holds what moves money.

alter table bursar.schedule
    -- A job may begin this much later than its tick, by an offset of its own; null: it does not.
    add column stagger_us bigint check (stagger_us > 0),
    -- Fixed schedules: every local time up to and including this is decided, whatever a later zone file says of its
    -- instant. Null: as far as a wall had come by the cursor.
    add column wall timestamp;

alter table bursar.tick
    drop constraint tick_decision_check,
    add constraint tick_decision_check check (
        decision in ('enqueued', 'overlap', 'missed', 'disabled', 'settled', 'edited')),
    -- Money schedules: what of the calendar the tick is for, such as `2026-10`.
    add column period text check (length(period) between 1 and 40),
    -- A row that stands for a stretch of ticks, all decided alike, has their number and the last of them.
    add column ticks bigint not null default 1 check (ticks > 0),
    add column last_instant timestamptz check (last_instant > instant),
    add column last_nominal timestamp,
    -- The job that was in the way of this tick: still going on, or for the same period.
    add column blocked_by bigint,
    add check ((ticks > 1) = (last_instant is not null)),
    add check ((last_instant is null) = (last_nominal is null)),
    add check (ticks = 1 or job_id is null),
    add check (blocked_by is null or decision in ('overlap', 'settled'));
-- No edit, and no zone file, makes a money schedule run a period twice.
create unique index tick_period on bursar.tick (schedule_id, period) where period is not null and job_id is not null;
create index tick_stretch on bursar.tick (schedule_id, last_instant) where ticks > 1;

-- The clock went forward by more than it may: while a row here is open, schedules of money wait undecided.
create table bursar.clock_hold (
    id bigint generated always as identity primary key,
    -- By the clock that had jumped.
    began_at timestamptz not null,
    -- What it showed beyond the time that had gone by.
    jump_us bigint not null check (jump_us > 0),
    -- Whose loop found it out.
    seen_by text not null,
    ended_at timestamptz,
    ended_by text,
    end_reason text,
    check ((ended_at is null) = (ended_by is null)),
    check ((ended_at is null) = (end_reason is null))
);
create unique index clock_hold_open on bursar.clock_hold ((ended_at is null)) where ended_at is null;

-- Of no use to anybody, and in the way: a statement that was planned while there were no runs would find those that
-- keep a place in line by reading all that are open.
drop index bursar.run_open;

-- Schedules are removed, never deleted: so what points at one needs no look at it, for which each tick and each run
-- would pay.
create function bursar.keep_schedule() returns trigger language plpgsql as $$
begin
    raise exception 'schedule % cannot be deleted: its ticks and runs point at it', old.name
        using errcode = 'restrict_violation', hint = 'Set removed_at, as `bursarctl schedules delete` does.';
end $$;
create trigger schedule_stays before delete on bursar.schedule for each row execute function bursar.keep_schedule();
alter table bursar.tick drop constraint tick_schedule_id_fkey;
alter table bursar.run drop constraint run_schedule_id_fkey;
