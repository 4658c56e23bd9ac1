-- The log of events: noted with the fact, numbered after its commit, read in order.

-- name: note
insert into feed_open (tenant, id, kind, at, data) values (:tenant, :id, :kind, :at, :data);

-- name: waiting
-- Any tenant's.
select 1 from feed_open limit 1;

-- name: count
-- Up to :most of all tenants together.
select count(*) from (select 1 from feed_open limit :most) waiting;

-- name: take
-- The oldest of all tenants. Who has seen a row has seen those it followed from, and they have smaller
-- numbers: no cause is left behind by the limit.
delete from feed_open where rowid in (select rowid from feed_open order by rowid limit :limit)
returning rowid, tenant, id, kind, at, data;

-- name: advance
-- The row stays locked to the commit, so that numbers are given and appear in the same order.
insert into feed_head (tenant, seq) values (:tenant, :count)
on conflict (tenant) do update set seq = feed_head.seq + excluded.seq
returning tenant, seq;

-- name: add
insert into feed (tenant, seq, id, kind, at, data) values (:tenant, :seq, :id, :kind, :at, :data);

-- name: head
select seq from feed_head where tenant = :tenant;

-- name: oldest
select seq from feed where tenant = :tenant order by seq limit 1;

-- name: after
-- *kinds* is ",message.received,message.status,", or "" for all.
select seq, id, kind, at, data from feed
where tenant = :tenant and seq > :after and seq <= :until
    and (cast(:kinds as text) = '' or cast(:kinds as text) like '%,' || kind || ',%')
order by seq limit :limit;
