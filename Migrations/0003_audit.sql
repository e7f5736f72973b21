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
create index audit_entry_subject on bursar.audit_entry (subject, sequence desc);

-- The end of the chain. Who appends holds this row until the commit: entries are in one order.
create table bursar.audit_head (
    only_row boolean primary key default true check (only_row),
    sequence bigint not null check (sequence >= 0),
    mac bytea not null check (length(mac) = 32),
    -- Null before the first entry.
    key_fingerprint text check (length(key_fingerprint) = 16)
);
insert into bursar.audit_head (sequence, mac) values (0, decode(repeat('00', 32), 'hex'));

create function bursar.refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are never changed' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_entry_is_final before update or delete on bursar.audit_entry
    for each row execute function bursar.refuse_audit_change();
create trigger audit_entry_is_not_emptied before truncate on bursar.audit_entry
    for each statement execute function bursar.refuse_audit_change();
create trigger audit_head_stays before delete on bursar.audit_head
    for each row execute function bursar.refuse_audit_change();
