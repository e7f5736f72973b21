-- What operators do at run time: their own schedules, switches that outlive a reload, which file holds, cancellations,
-- and runs of times that have passed.

-- Who made a schedule: the configuration file, or an operator while the daemon ran.
alter table bursar.schedule
    add column origin text not null default 'file' check (origin in ('file', 'operator')),
    -- Who made or last edited an operator's schedule.
    add column made_by text,
    add check ((origin = 'operator') = (made_by is not null));

-- An operator switched a schedule on or off. The newest that is not void goes before what the file says.
create table bursar.schedule_toggle (
    id bigint generated always as identity primary key,
    schedule_id bigint not null references bursar.schedule,
    enabled boolean not null,
    set_at timestamptz not null,
    set_by text not null,
    reason text,
    -- Set when the schedule was deleted: another one of its name begins without it.
    void_at timestamptz
);
create index schedule_toggle_newest on bursar.schedule_toggle (schedule_id, id desc) where void_at is null;

-- Which file's schedules hold, for every daemon on this database.
create table bursar.schedule_file (
    only_row boolean primary key default true check (only_row),
    digest text not null check (length(digest) between 1 and 128),
    applied_at timestamptz not null,
    applied_by text not null,
    -- The daemon whose file it was.
    daemon_id uuid
);
-- The digest of the file that a daemon was started with, or reloaded.
alter table bursar.daemon add column file_digest text;

-- An operator no longer wants a job that runs: its daemon stops the attempt. Should the attempt end otherwise first,
-- short of done, the job is cancelled then.
alter table bursar.job
    add column cancel_requested_at timestamptz,
    add column cancel_requested_by text,
    add column cancel_reason text,
    add check ((cancel_requested_at is null) = (cancel_requested_by is null)),
    add check (cancel_reason is null or cancel_requested_at is not null);
create index job_unwanted on bursar.job (id) where cancel_requested_at is not null;

-- The findings of a run, page by page.
create index finding_of_run on bursar.finding (execution_id, id);

-- What a retry of an ended job must know of it.
alter table bursar.finished_job
    add column money boolean,
    add column order_key text,
    add column unique_key text,
    -- The job that an operator started in its place: it is tried again once at most.
    add column retried_as bigint;
