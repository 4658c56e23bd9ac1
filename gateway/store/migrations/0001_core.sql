-- The core's tables. One text for both databases; the runner turns /*keyed*/ into WITHOUT ROWID on
-- SQLite and into nothing on PostgreSQL. Times are microseconds UTC, ids UUIDv7 text. Every tenant's
-- table leads with the tenant.

-- What providers sent, byte for byte. Append-only; kept 14 days. The id is microseconds × 1024 + the
-- number of the process: time-ordered, and the table's own order on SQLite.
create table journal (
    id bigint primary key,
    provider text not null,
    channel text not null,
    received_at bigint not null,
    headers text not null,
    body bytea not null
);

-- How far each process has parsed its part of the journal, in order: rows behind *parsed* are open.
-- *starts* counts how often the row right behind it was begun alone, after an unclean end.
create table intake (
    process int primary key,
    parsed bigint not null,
    starts int not null
) /*keyed*/;

-- Journal rows before the mark that are to be parsed once more (`gateway replay --apply`).
create table journal_open (
    id bigint primary key
) /*keyed*/;

-- Every event once, ever: a duplicate dies on this key.
create table seen (
    tenant text not null,
    key bytea not null,
    at bigint not null,
    primary key (tenant, key)
) /*keyed*/;
create index seen_at on seen (at);

create table contact (
    tenant text not null,
    id text not null,
    name text not null,
    username text not null,
    language text not null,
    created_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;

create table identity (
    tenant text not null,
    kind text not null,
    scope text not null,
    value text not null,
    contact text not null,
    created_at bigint not null,
    primary key (tenant, kind, scope, value)
) /*keyed*/;
create index identity_contact on identity (tenant, contact);

-- One per contact and channel: the lane in which events and replies keep their order.
create table conversation (
    tenant text not null,
    channel text not null,
    contact text not null,
    id text not null,
    address text not null,
    window_until bigint not null,
    last_at bigint not null,
    unread int not null,
    created_at bigint not null,
    primary key (tenant, channel, contact)
) /*keyed*/;
create unique index conversation_id on conversation (tenant, id);

-- The record of what was said, both ways. Immutable; how a sent message fares is in outbox and part.
create table message (
    tenant text not null,
    id text not null,
    channel text not null,
    conversation text not null,
    contact text not null,
    direction text not null,
    type text not null,
    content text not null,
    provider_message_id text not null,
    event text not null,
    origin text not null,
    parts int not null,
    at bigint not null,
    created_at bigint not null,
    raw bytea not null,
    primary key (tenant, id)
);
create index message_conversation on message (tenant, conversation, id);
create index message_provider on message (tenant, channel, provider_message_id)
    where provider_message_id <> '';

-- Events that still have a plugin to run. Open rows only. *body* is the whole event; *message* is the
-- message that it brought or is about. *plugins* narrows a replay to one plugin ('' = all of the tenant's).
create table event (
    tenant text not null,
    id text not null,
    kind text not null,
    channel text not null,
    shard int not null,
    conversation text not null,
    message text not null,
    plugins text not null,
    body bytea not null,
    starts int not null,
    received_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;
create index event_id on event (id);

-- Which plugins of an open event are done, and whether one of them answered `Handled`.
create table done (
    tenant text not null,
    event text not null,
    plugin text not null,
    handled int not null,
    primary key (tenant, event, plugin)
) /*keyed*/;

-- Parts that are still to be sent or whose outcome is not known. Open rows only.
-- state: ready | sending | in_doubt
create table outbox (
    tenant text not null,
    id text not null,
    message text not null,
    idx int not null,
    channel text not null,
    shard int not null,
    conversation text not null,
    address text not null,
    class text not null,
    body text not null,
    state text not null,
    attempt int not null,
    resent int not null,
    epoch bigint not null,
    not_before bigint not null,
    deadline bigint not null,
    claimed_at bigint not null,
    doubt_since bigint not null,
    error text not null,
    created_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;
create index outbox_message on outbox (tenant, message);
create index outbox_id on outbox (id);

-- Parts whose outcome is known. *rank* only grows (gateway.model.status.RANK).
create table part (
    tenant text not null,
    id text not null,
    message text not null,
    idx int not null,
    channel text not null,
    conversation text not null,
    provider_message_id text not null,
    status text not null,
    rank int not null,
    attempt int not null,
    resent int not null,
    claimed_at bigint not null,
    accepted_at bigint not null,
    updated_at bigint not null,
    error text not null,
    primary key (tenant, id)
) /*keyed*/;
create index part_message on part (tenant, message);
create index part_provider on part (tenant, channel, provider_message_id)
    where provider_message_id <> '';

-- Every status webhook, once. Append-only. A status that comes before our own record of the send
-- waits here: the outcome reads it when it is written.
create table status (
    tenant text not null,
    channel text not null,
    provider_message_id text not null,
    status text not null,
    participant text not null,
    at bigint not null,
    rank int not null,
    correlation text not null,
    error text not null,
    pricing text not null,
    received_at bigint not null,
    raw bytea not null,
    primary key (tenant, channel, provider_message_id, status, participant, at)
) /*keyed*/;
create index status_received on status (received_at);

-- Attempts that were not simply accepted: what was tried and how it ended. Append-only.
create table attempt (
    tenant text not null,
    part text not null,
    n int not null,
    outcome text not null,
    http int not null,
    error text not null,
    started_at bigint not null,
    ended_at bigint not null,
    primary key (tenant, part, n, outcome)
) /*keyed*/;

-- What could not be done and can be done again: stage is parse | plugin | send.
create table dead (
    tenant text not null,
    id text not null,
    stage text not null,
    ref text not null,
    plugin text not null,
    reason text not null,
    detail text not null,
    journal text not null,
    body bytea not null,
    at bigint not null,
    resolved_at bigint not null,
    primary key (tenant, id)
);
create index dead_open on dead (stage, at) where resolved_at = 0;

-- Answers to POSTs that carried an Idempotency-Key, written with their effect.
create table idempotency (
    tenant text not null,
    key text not null,
    request bytea not null,
    status int not null,
    answer text not null,
    created_at bigint not null,
    primary key (tenant, key)
) /*keyed*/;

create table api_key (
    tenant text not null,
    id text not null,
    hash bytea not null,
    name text not null,
    created_at bigint not null,
    last_used_at bigint not null,
    revoked_at bigint not null,
    primary key (tenant, id)
);
create unique index api_key_id on api_key (id);

-- Channels as last seen in the configuration; settings sealed with AES-256-GCM.
create table channel (
    tenant text not null,
    id text not null,
    provider text not null,
    number text not null,
    settings bytea not null,
    paused_at bigint not null,
    paused_reason text not null,
    updated_at bigint not null,
    primary key (tenant, id)
);

-- Who may send for which share of the numbers. The epoch grows with every change of owner and
-- fences what an earlier owner left behind.
create table shard (
    id int primary key,
    owner text not null,
    epoch bigint not null,
    lease_until bigint not null
) /*keyed*/;

-- One row per start of a process; an unclean end is a row without stopped_at.
create table process (
    id text primary key,
    started_at bigint not null,
    stopped_at bigint not null
);
