-- beside: 0011_cluster
-- People who are forgotten, and people who are given what is known of them.

-- A contact to forget. *state*: running, done. *step* is where it is, *mark* how far within the step, *round* how
-- often it has gone through all of them: it ends after one that found nothing more. *removed* counts rows, of
-- about *expected*. *tell* is the JSON of whom to tell when it is done (gateway.erasure.record.Tell), '' for
-- nobody. *digest* is a keyed hash of the contact's names, for who has to prove later that it was done.
create table erasure (
    tenant text not null,
    id text not null,
    contact text not null,
    state text not null,
    step text not null,
    mark text not null,
    round int not null,
    removed bigint not null,
    expected bigint not null,
    tell text not null,
    digest text not null,
    error text not null,
    created_at bigint not null,
    updated_at bigint not null,
    finished_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;
create unique index erasure_contact on erasure (tenant, contact) where finished_at = 0;

-- The names that led to the contact, while it is being forgotten: whoever writes under one of them meanwhile is
-- somebody new. Gone when the erasure is done.
create table erasure_name (
    tenant text not null,
    erasure text not null,
    kind text not null,
    scope text not null,
    value text not null,
    primary key (tenant, erasure, kind, scope, value)
) /*keyed*/;

-- What is known of a contact, as a file that lives until *expires_at*. *state*: waiting, done, failed, expired.
-- *media* is the file; *tell* as above.
create table export (
    tenant text not null,
    id text not null,
    contact text not null,
    state text not null,
    media text not null,
    size bigint not null,
    counts text not null,
    tell text not null,
    error text not null,
    tries int not null,
    created_at bigint not null,
    finished_at bigint not null,
    expires_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;
create unique index export_waiting on export (tenant, contact) where state = 'waiting';
