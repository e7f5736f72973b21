-- The audit: every change by an operator, a file or the daemon itself, in one chain. Each entry's code covers the entry
-- before it, so that what was altered, taken out, put in or moved is found by whoever holds the key.

create table bursar.audit_entry (
    -- Without gaps: a transaction that is rolled back leaves none.
    sequence bigint primary key check (sequence > 0),
    at timestamptz not null,
    actor text not null check (length(actor) between 1 and 200),
    -- Of the operator's account; null for whoever has none.
    uid bigint check (uid >= 0),
    channel text not null check (channel in ('socket', 'command_line', 'daemon')),
    action text not null check (length(action) between 1 and 120),
    subject text not null check (length(subject) between 1 and 400),
    reason text check (length(reason) <= 2000),
    -- JSON, kept to the letter: the code covers these very bytes.
    before text check (before is null or before::jsonb is not null),
    after text check (after is null or after::jsonb is not null),
    request text,
    -- Of the key that made the code.
    key_fingerprint text not null check (length(key_fingerprint) = 16),
    previous_mac bytea not null check (length(previous_mac) = 32),
    mac bytea not null unique check (length(mac) = 32)
);
create index audit_entry_actor on bursar.audit_entry (actor, sequence desc);
create index audit_entry_action on bursar.audit_entry (action, sequence desc);
create index audit_entry_subject on bursar.audit_entry (subject, sequence desc);
create index audit_entry_at on bursar.audit_entry (at);

-- The end of the chain. Who appends holds this row until the commit: entries are in one order.
create table bursar.audit_head (
    only_row boolean primary key default true check (only_row),
    sequence bigint not null check (sequence >= 0),
    mac bytea not null check (length(mac) = 32),
    -- Of the key that makes the next code; null until the first daemon has started.
    key_fingerprint text check (length(key_fingerprint) = 16)
);
insert into bursar.audit_head (sequence, mac) values (0, decode(repeat('00', 32), 'hex'));

create function bursar.refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are never changed' using errcode = 'insufficient_privilege',
        hint = 'what was wrong is put right by a new entry; bursarctl audit verify finds what was changed by force';
end
$$;
create function bursar.check_audit_head() returns trigger language plpgsql as $$
begin
    if new.sequence = old.sequence + 1 or (old.key_fingerprint is null
        and (new.sequence, new.mac) = (old.sequence, old.mac)) then
        return new;
    end if;
    raise exception 'the head of the audit moves forward only, entry by entry' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_entry_is_final before update or delete on bursar.audit_entry
    for each row execute function bursar.refuse_audit_change();
create trigger audit_entry_is_not_emptied before truncate on bursar.audit_entry
    for each statement execute function bursar.refuse_audit_change();
create trigger audit_head_stays before delete on bursar.audit_head
    for each row execute function bursar.refuse_audit_change();
create trigger audit_head_is_not_emptied before truncate on bursar.audit_head
    for each statement execute function bursar.refuse_audit_change();
create trigger audit_head_moves_forward before update on bursar.audit_head
    for each row execute function bursar.check_audit_head();
-- Also for sessions that replay changes, for which other triggers sleep.
alter table bursar.audit_entry enable always trigger audit_entry_is_final;
alter table bursar.audit_entry enable always trigger audit_entry_is_not_emptied;
alter table bursar.audit_head enable always trigger audit_head_stays;
alter table bursar.audit_head enable always trigger audit_head_is_not_emptied;
alter table bursar.audit_head enable always trigger audit_head_moves_forward;

-- Backups that were made, so that what moves much money can ask for a recent one.
create table bursar.backup (
    id bigint generated always as identity primary key,
    -- What the backup holds was committed before this.
    at timestamptz not null,
    made_by text not null,
    file text not null,
    size bigint not null check (size > 0),
    sha256 bytea not null check (length(sha256) = 32),
    schema_version integer not null,
    -- The end of the audit's chain in it.
    audit_sequence bigint not null check (audit_sequence >= 0)
);
create index backup_newest on bursar.backup (at desc);
