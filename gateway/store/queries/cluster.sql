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

-- The statements of several processes. A shard is free when its owner is no live process: '' after a clean
-- hand-over, '-' when it was let go in the middle of its work, or the id of one that has ended.

-- name: database_time
-- Microseconds UTC. PostgreSQL tells its own.
select :now;

-- name: beating
-- The terms of processes whose locks are held: elsewhere than on PostgreSQL there are none.
select term from process where 1 = 0;

-- name: up
-- Seconds since the server was started.
select 0;

-- name: every_shard
insert into shard (id, owner, epoch, lease_until) values (:id, '', 0, 0) on conflict (id) do nothing;

-- name: one_at_a_time
-- Who joins waits here for another that is joining: their numbers would be the same.
update shard set lease_until = lease_until where id = 0;

-- name: joined
select number, term from process where id = :id;

-- name: last_number
select number from process order by term desc limit 1;

-- name: numbers
select number from process where stopped_at = 0;

-- name: join_process
insert into process (id, started_at, stopped_at, number, term, lease_until, takes, host, version, setup)
values (:id, :now, 0, :number, :term, :lease_until, :takes, :host, :version, :setup);

-- name: renew
update process set lease_until = :lease_until, pulse = :pulse, setup = :setup where id = :id and stopped_at = 0;

-- name: take_nothing
update process set takes = 0 where id = :id and takes <> 0;

-- name: touch
-- Whether the database takes a write.
update process set lease_until = lease_until where id = :id;

-- name: live_processes
select id, number, term, lease_until, takes, pulse, started_at, host, version, setup from process
where stopped_at = 0 order by id;

-- name: shards
select id, owner, epoch from shard order by id;

-- name: note_end
-- A renewal at the same moment comes before or after, never between: the row is locked.
update process set stopped_at = :now where id = :id and stopped_at = 0 and lease_until = :seen;

-- name: take_shard
update shard set owner = :process, epoch = epoch + 1
where id = :id and owner = :owner and epoch = :epoch
    and not exists (select 1 from process p where p.id = shard.owner and p.stopped_at = 0)
    and exists (select 1 from process p where p.id = :process and p.stopped_at = 0)
returning id, epoch;

-- name: give_shard
update shard set owner = :left where id = :id and owner = :process and epoch = :epoch;
