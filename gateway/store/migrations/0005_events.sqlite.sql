-- The events of a tenant as one log: 1, 2, 3, … without holes, in an order in which nothing stands before its
-- cause. Numbers are given after the commit of the fact (gateway.feed.sequence), so that no reader can come
-- past a number that appears later.

-- What has happened and has no number yet: what one transaction noted for a tenant is one row of *n* events.
-- *data* is a JSON list of [kind, fact]; the events' ids follow from *id*. Their order is SQLite's own rowid,
-- which grows: whoever has seen another's row gets a greater one.
create table feed_open (
    tenant text not null,
    id text not null,
    at bigint not null,
    n int not null,
    data text not null,
    primary key (tenant, id)
);

-- The log: each row holds the events *first* to *first* + *n* - 1.
create table feed (
    tenant text not null,
    first bigint not null,
    id text not null,
    at bigint not null,
    n int not null,
    data text not null,
    primary key (tenant, first)
) WITHOUT ROWID;

-- The last number that a tenant has.
create table feed_head (
    tenant text not null primary key,
    seq bigint not null
) WITHOUT ROWID;
