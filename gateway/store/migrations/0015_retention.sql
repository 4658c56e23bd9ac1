-- beside: 0011_cluster
-- How long what is kept, and what a tenant lets out.

-- What a tenant of the database says of itself, as gateway.toml would: JSON objects, only what it says.
alter table tenant add column policy text not null default '{}';
alter table tenant add column retention text not null default '{}';

-- What went of a tenant's data of one kind: ever, and in the round that began at *round_at*, last at *at*. What
-- is the installation's is of the tenant ''.
create table retention (
    tenant text not null,
    kind text not null,
    total bigint not null,
    removed bigint not null,
    round_at bigint not null,
    at bigint not null,
    primary key (tenant, kind)
) /*keyed*/;

-- One row. *began_at* is when the round began that is under way, 0 while none is; *ended_at* when the last one
-- ended.
create table retention_round (
    id int primary key,
    began_at bigint not null,
    ended_at bigint not null,
    next_at bigint not null
) /*keyed*/;
insert into retention_round (id, began_at, ended_at, next_at) values (1, 0, 0, 0);

-- Where a tenant's audit log begins: the last row of it that went, with its hash, on which the next one builds.
create table audit_kept (
    tenant text not null primary key,
    seq bigint not null,
    hash text not null,
    at bigint not null
) /*keyed*/;

-- What is old is found by its time, tenant by tenant. They are partial so that SQLite, which has no statistics,
-- takes them for nothing else.
create index status_old on status (tenant, received_at) where received_at > 0;
create index idempotency_old on idempotency (tenant, created_at) where created_at > 0;
create index signal_old on signal (tenant, at) where at > 0;
create index delivery_old on delivery (tenant, updated_at) where state <> 'waiting';
create index media_old on media (tenant, stored_at) where stored_at > 0;
create index dead_ref on dead (tenant, ref);
