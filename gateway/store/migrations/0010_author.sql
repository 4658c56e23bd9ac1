-- What plugins have beside hooks: conversations as functions, work outside turns, events of their own.

-- A conversation that a flow holds: open ones only. *log* is a JSON array of what happened so far, replayed at
-- each turn; *pending* is the key of what it waits for. state: waiting | parked. *epoch* grows with each
-- undo, *version* with each turn: it fences a turn that another has overtaken. *code* names the version of the
-- function that began it. *wake_at* is when its time is over, 0 for never.
create table flow (
    tenant text not null,
    id text not null,
    plugin text not null,
    name text not null,
    conversation text not null,
    state text not null,
    pending text not null,
    code text not null,
    args text not null,
    log text not null,
    epoch int not null,
    version bigint not null,
    wake_at bigint not null,
    started_at bigint not null,
    updated_at bigint not null,
    primary key (tenant, id)
);
create index flow_conversation on flow (tenant, conversation);
create index flow_wake on flow (wake_at) where wake_at > 0;

-- Which event a flow waits for, by name and key.
create table flow_wait (
    tenant text not null,
    flow text not null,
    name text not null,
    key text not null,
    op text not null,
    primary key (tenant, flow)
) /*keyed*/;
create index flow_wait_key on flow_wait (tenant, name, key);

-- Events of plugins that carry a key, kept so that a flow which asks later finds them.
create table signal (
    tenant text not null,
    name text not null,
    key text not null,
    id text not null,
    payload text not null,
    at bigint not null,
    primary key (tenant, name, key, id)
) /*keyed*/;
create index signal_at on signal (at);

-- Work outside turns: what is to be done, being done, or to be done again. *state* is ready or running; what
-- is done is deleted, what cannot be done is a dead letter. *key* is unique for a plugin's job while it is
-- open, '' for none. *flow* and *op* name who waits for the result. *recurs* is the rule (RFC 5545) of one
-- that comes again, in *zone*, and *occurs_at* its occurrence. *epoch* is of the process that runs it, as for
-- parts. *attempt* counts runs, *failures* those that failed, *starts* those of which no end is known.
create table job (
    tenant text not null,
    id text not null,
    plugin text not null,
    name text not null,
    key text not null,
    args text not null,
    conversation text not null,
    flow text not null,
    op text not null,
    state text not null,
    due_at bigint not null,
    attempt int not null,
    failures int not null,
    starts int not null,
    epoch bigint not null,
    claimed_at bigint not null,
    recurs text not null,
    zone text not null,
    occurs_at bigint not null,
    progress text not null,
    error text not null,
    created_at bigint not null,
    primary key (tenant, id)
);
create unique index job_key on job (tenant, plugin, name, key) where key <> '' and flow = '';
create unique index job_recurs on job (tenant, plugin, name, recurs) where recurs <> '';
create index job_ready on job (tenant, plugin, due_at, id) where state = 'ready';
create index job_running on job (epoch) where state = 'running';
