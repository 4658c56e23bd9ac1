-- Addresses of customers to which events are sent, and what became of each.

-- *types* is a JSON list of event types, [] for all. The secrets are sealed; the old one signs too until
-- *old_until*. *failing_since* is the first failed attempt after the last success, 0 while none failed.
create table endpoint (
    tenant text not null,
    id text not null,
    url text not null,
    description text not null,
    types text not null,
    secret bytea not null,
    old_secret bytea not null,
    old_until bigint not null,
    state text not null,
    disabled_reason text not null,
    failing_since bigint not null,
    last_success_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;
create index endpoint_old on endpoint (old_until) where old_until > 0;

-- One event for one endpoint: waiting, done or failed. The event itself is in the log, under *seq*. What was
-- never tried is due at 0, so that it goes out in the log's order and before what is tried again. *tries*
-- counts since it was last queued and names the step of the schedule; *attempts* counts all.
create table delivery (
    tenant text not null,
    endpoint text not null,
    seq bigint not null,
    event text not null,
    type text not null,
    state text not null,
    tries int not null,
    attempts int not null,
    next_at bigint not null,
    last_status int not null,
    last_error text not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant, endpoint, seq),
    foreign key (tenant, endpoint) references endpoint (tenant, id) on delete cascade
) /*keyed*/;
create index delivery_due on delivery (tenant, endpoint, next_at, seq) where state = 'waiting';
create index delivery_over on delivery (updated_at) where state <> 'waiting';

-- Every attempt: *status* is 0 when nothing was answered, *duration* microseconds, *response* the first 1024
-- characters of the answer.
create table webhook_attempt (
    tenant text not null,
    endpoint text not null,
    seq bigint not null,
    n int not null,
    at bigint not null,
    status int not null,
    duration bigint not null,
    error text not null,
    response text not null,
    primary key (tenant, endpoint, seq, n),
    foreign key (tenant, endpoint, seq) references delivery (tenant, endpoint, seq) on delete cascade
) /*keyed*/;
