-- The events of a tenant as one log: 1, 2, 3, … without holes, in an order in which nothing stands before its
-- cause. Numbers are given after the commit of the fact (gateway.feed.sequence), so that no reader can come
-- past a number that appears later.

-- What has happened and has no number yet, written with the fact itself. Its order is SQLite's own rowid, which
-- grows: whoever has seen another's row gets a greater one. *data* is a small JSON object, of references mostly.
create table feed_open (
    tenant text not null,
    id text not null,
    kind text not null,
    at bigint not null,
    data text not null,
    primary key (tenant, id)
);

create table feed (
    tenant text not null,
    seq bigint not null,
    id text not null,
    kind text not null,
    at bigint not null,
    data text not null,
    primary key (tenant, seq)
) WITHOUT ROWID;

-- The last number that a tenant has.
create table feed_head (
    tenant text not null primary key,
    seq bigint not null
) WITHOUT ROWID;
