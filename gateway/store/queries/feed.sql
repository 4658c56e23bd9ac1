-- The log of events: noted with the fact, numbered after its commit, read in order. A row is a block of events.

-- name: note
insert into feed_open (tenant, id, at, n, data) values (:tenant, :id, :at, :n, :data);

-- name: waiting
-- Any tenant's.
select 1 from feed_open limit 1;

-- name: count
-- The events in up to :most rows of all tenants together.
select coalesce(sum(n), 0) from (select n from feed_open limit :most) waiting;

-- name: take
-- The oldest of all tenants. Who has seen a row has seen those it followed from, and they have smaller
-- numbers: no cause is left behind by the limit.
delete from feed_open where rowid in (select rowid from feed_open order by rowid limit :limit)
returning rowid, tenant, id, at, n, data;

-- name: advance
-- The row stays locked to the commit, so that numbers are given and appear in the same order.
insert into feed_head (tenant, seq) values (:tenant, :n)
on conflict (tenant) do update set seq = feed_head.seq + excluded.seq
returning tenant, seq;

-- name: add
insert into feed (tenant, first, id, at, n, data) values (:tenant, :first, :id, :at, :n, :data);

-- name: head
select seq from feed_head where tenant = :tenant;

-- name: heads
-- As above, for who asks for several tenants at once.
select tenant, seq from feed_head where tenant = :tenant;

-- name: oldest
select first from feed where tenant = :tenant order by first limit 1;

-- name: between
-- The blocks of the events :since to :until: from that in which :since is.
select first, id, at, n, data from feed
where tenant = :tenant and first <= :until and first >= coalesce((
    select h.first from feed h where h.tenant = :tenant and h.first <= :since order by h.first desc limit 1
), 0)
order by first;
