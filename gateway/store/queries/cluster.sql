-- Who works on this database, and who owns which share of the numbers. They span tenants, as the worker.

-- name: last_process
select id, stopped_at from process order by started_at desc limit 1;

-- name: last_term
-- A term was an epoch once.
select max(n) from (select max(term) as n from process union all select max(epoch) from shard) as known;

-- name: add_process
insert into process (id, started_at, stopped_at, number, term, lease_until)
values (:id, :now, 0, :number, :term, :lease_until);

-- name: stop_process
update process set stopped_at = :now where id = :id and stopped_at = 0;

-- name: own_shard
-- The only process of the database takes a shard, whoever had it.
insert into shard (id, owner, epoch, lease_until) values (:id, :owner, 1, :lease_until)
on conflict (id) do update set
    epoch = shard.epoch + case when shard.owner = :owner then 0 else 1 end,
    owner = :owner, lease_until = :lease_until
returning id, epoch;
