-- Effects outside: what other companies are asked to do (intents), what they tell (the inbox), what is sent (the outbox).

-- One row a company and account. Held: nothing is submitted to it until what it did of late has been reconciled with what
-- is known here. Every target begins so.
create table bursar.effect_target (
    name text primary key check (name ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
    -- The history of this database in which it was last reconciled or held for another one: see bursar.history_name.
    history text not null,
    held_since timestamptz,
    held_why text check (length(held_why) between 1 and 2000),
    -- What the company did from then on is to be reconciled; null: all it can tell.
    reconcile_from timestamptz,
    reconciled_at timestamptz,
    created_at timestamptz not null,
    check ((held_since is null) = (held_why is null)),
    check (held_since is not null or (reconcile_from is null and reconciled_at is not null))
);

-- A recorded decision that another company is to do something once. Each CHECK rules out a state that must never be.
create table bursar.intent (
    id bigint generated always as identity primary key,
    -- What must happen once. Visible ASCII: no two keys look alike.
    business_key text not null check (octet_length(business_key) between 1 and 200 and business_key !~ '[^!-~]'),
    -- Counts the decisions: another one only after the company definitely refused the one before.
    revision integer not null check (revision between 1 and 16),
    target text not null references bursar.effect_target,
    operation text not null check (operation ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
    request bytea not null check (octet_length(request) <= 1048576),
    request_digest bytea not null check (request_digest = sha256(request)),
    -- The idempotency key and our reference at the company: UUIDv5 of target, operation, business key and revision.
    key uuid not null unique check (get_byte(uuid_send(key), 6) >> 4 = 5),
    state text not null
        check (state in ('planned', 'submitting', 'accepted', 'refused', 'unknown', 'done', 'reversed', 'parked')),
    -- Submissions begun.
    attempt integer not null check (attempt >= 0),
    -- How often the row changed: what was decided on an older one changes nothing.
    changes integer not null check (changes >= 0),
    planned_at timestamptz not null,
    -- Of the last submission: when it was begun, and when its outcome was recorded.
    sent_at timestamptz,
    ended_at timestamptz,
    -- The first submission that may have been carried out without our knowing.
    doubtful_since timestamptz,
    -- Nothing is to be done about it before.
    next_at timestamptz,
    -- Look-ups since the last step forward, and the last one that found nothing.
    look_ups integer not null check (look_ups >= 0),
    absent_at timestamptz,
    accepted_at timestamptz,
    settled_at timestamptz,
    remote_id text check (length(remote_id) between 1 and 255),
    refusal_code text check (length(refusal_code) between 1 and 120),
    refusal_message text check (length(refusal_message) <= 2000),
    park_reason text check (length(park_reason) between 1 and 2000),
    unique (business_key, revision),
    check ((state in ('refused', 'done', 'reversed', 'parked')) = (next_at is null)),
    check ((state in ('refused', 'done', 'reversed')) = (settled_at is not null)),
    check ((state = 'parked') = (park_reason is not null)),
    check (state not in ('accepted', 'done', 'reversed') or (remote_id is not null and accepted_at is not null)),
    check (state not in ('planned', 'submitting', 'unknown') or (remote_id is null and accepted_at is null)),
    check (state <> 'submitting' or (attempt > 0 and sent_at is not null and ended_at is null)),
    check (state <> 'unknown' or (doubtful_since is not null and ended_at is not null)),
    check (doubtful_since is null or state in ('submitting', 'unknown', 'parked')),
    check (state <> 'refused' or refusal_code is not null),
    check (refusal_code is null or state in ('refused', 'reversed', 'unknown', 'parked')),
    check ((refusal_code is null) = (refusal_message is null))
) with (fillfactor = 80);
-- At most one intent of an obligation may be, or become, an effect.
create unique index intent_live on bursar.intent (business_key) where state <> 'refused';
create index intent_due on bursar.intent (target, next_at, id) where next_at is not null;
create index intent_sent on bursar.intent (target, sent_at) where sent_at is not null;
create index intent_by_state on bursar.intent (state, id);
create index intent_by_remote on bursar.intent (target, remote_id) where remote_id is not null;

-- Every change of an intent, and what was heard of it that changed nothing.
create table bursar.effect_event (
    id bigint generated always as identity primary key,
    intent_id bigint not null references bursar.intent,
    at timestamptz not null,
    -- Who did or heard it: a job and its lease, a webhook's event, a sweep.
    who text not null check (length(who) between 1 and 200),
    cause text not null check (cause in ('plan', 'begin', 'lost', 'answer', 'late answer', 'look-up', 'report',
        'reconcile', 'park', 'verdict')),
    from_state text,
    to_state text not null,
    attempt integer not null,
    detail text not null check (length(detail) <= 2000)
);
create index effect_event_of_intent on bursar.effect_event (intent_id, id);

-- What a company told, or a reconciliation with it found, that does not fit what is known here.
create table bursar.effect_finding (
    id bigint generated always as identity primary key,
    -- A target, or the source of a webhook, or the kind of a message.
    target text not null,
    code text not null check (code in ('stray', 'unreferenced', 'contradiction', 'other_body', 'other_content')),
    -- Our reference, if it has one.
    reference text not null check (length(reference) <= 255),
    remote_id text not null check (length(remote_id) <= 255),
    -- How the company says it stands.
    status text check (status in ('pending', 'succeeded', 'failed', 'reversed')),
    detail text not null check (length(detail) <= 2000),
    found_at timestamptz not null,
    -- Set when an intent took it over, or a person has dealt with it.
    settled_at timestamptz,
    settled_by text,
    check ((settled_at is null) = (settled_by is null)),
    unique (target, code, reference, remote_id)
);
create index effect_finding_open on bursar.effect_finding (target, reference) where settled_at is null;

-- Which history of which database this is. A restored cluster, a promoted standby, a recovery to a point in time, a
-- cloned database and a dump that was read back each have another name; a disk that was set back does not.
-- The timeline is taken from the write position: the control file learns of a promotion only at the next checkpoint.
create function bursar.history_name() returns text language sql as $$
    select concat_ws('/', c.system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8), d.oid,
        'bursar.intent'::regclass::oid)
    from pg_control_system() c, pg_database d where d.datname = current_database()
$$;

-- An intent moves forward only, one change at a time; what was decided never changes.
create function bursar.check_intent_change() returns trigger language plpgsql as $$
begin
    if (new.id, new.business_key, new.revision, new.target, new.operation, new.request_digest, new.key, new.planned_at)
        is distinct from
        (old.id, old.business_key, old.revision, old.target, old.operation, old.request_digest, old.key, old.planned_at)
    then
        raise exception 'what intent % decided cannot change', old.id using errcode = 'insufficient_privilege';
    end if;
    if new.changes <> old.changes + 1
        or new.attempt <> old.attempt + (old.state <> 'submitting' and new.state = 'submitting')::integer
        or not new.state = any (case old.state
            when 'planned' then array['planned', 'submitting', 'accepted', 'refused', 'done', 'reversed', 'parked']
            when 'submitting' then array['submitting', 'planned', 'unknown', 'accepted', 'refused', 'done', 'reversed', 'parked']
            when 'unknown' then array['unknown', 'submitting', 'accepted', 'refused', 'done', 'reversed', 'parked']
            when 'accepted' then array['accepted', 'refused', 'done', 'reversed', 'parked']
            when 'parked' then array['accepted', 'refused', 'done', 'reversed']
            when 'done' then array['reversed']
            else array[]::text[] end)
    then
        raise exception 'intent % cannot go from % to %', old.id, old.state, new.state
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger intent_moves_forward before update on bursar.intent
    for each row execute function bursar.check_intent_change();

-- Webhooks as they came: kept before they are answered, and for 90 days after they were processed.
create table bursar.inbox_event (
    id bigint generated always as identity primary key,
    source text not null check (source ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
    -- The sender's name of the event: the same in each repeated delivery.
    event_id text not null check (octet_length(event_id) between 1 and 255),
    -- Those that matter, as a JSON object.
    headers jsonb not null check (jsonb_typeof(headers) = 'object'),
    body bytea not null check (octet_length(body) <= 1048576),
    body_digest bytea not null check (body_digest = sha256(body)),
    received_at timestamptz not null,
    processed_at timestamptz,
    processed_by text check (length(processed_by) between 1 and 200),
    unique (source, event_id),
    check ((processed_at is null) = (processed_by is null)),
    check (processed_at is null or processed_at >= received_at)
);
create index inbox_event_open on bursar.inbox_event (received_at, id) where processed_at is null;
create index inbox_event_processed on bursar.inbox_event (processed_at) where processed_at is not null;

-- Messages to send: inserted in the transaction of what they tell. Never money: that is an intent. Kept for 90 days
-- after they were sent or refused; those that are parked, until a person has seen to them.
create table bursar.outbox_message (
    id bigint generated always as identity primary key,
    kind text not null check (kind ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
    -- What is told once.
    dedupe_key text not null check (octet_length(dedupe_key) between 1 and 200 and dedupe_key !~ '[^!-~]'),
    -- The same in each attempt, by which a receiver knows a repetition: UUIDv5 of kind and dedupe key.
    message_id uuid not null unique check (get_byte(uuid_send(message_id), 6) >> 4 = 5),
    content bytea not null check (octet_length(content) <= 1048576),
    content_digest bytea not null check (content_digest = sha256(content)),
    state text not null check (state in ('waiting', 'sending', 'sent', 'refused', 'parked')),
    attempt integer not null check (attempt >= 0),
    -- Attempts that failed or whose outcome is unknown.
    failures integer not null check (failures >= 0),
    -- When to send it; while it is being sent, when its sender is given up.
    next_at timestamptz,
    created_at timestamptz not null,
    settled_at timestamptz,
    -- The receiver's name of it.
    receipt text check (length(receipt) <= 255),
    -- The last failure, the refusal, or why it waits for a person.
    error text check (length(error) <= 2000),
    unique (kind, dedupe_key),
    check ((state in ('waiting', 'sending')) = (next_at is not null)),
    check ((state in ('sent', 'refused', 'parked')) = (settled_at is not null)),
    check (state not in ('sending', 'sent') or attempt > 0),
    check (state not in ('refused', 'parked') or error is not null)
) with (fillfactor = 80);
create index outbox_message_due on bursar.outbox_message (kind, next_at, id) where next_at is not null;
create index outbox_message_by_state on bursar.outbox_message (state, id);
create index outbox_message_settled on bursar.outbox_message (settled_at) where state in ('sent', 'refused');
