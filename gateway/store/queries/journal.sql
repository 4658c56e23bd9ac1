-- name: insert
insert into journal (id, provider, channel, received_at, headers, body)
values (:id, :provider, :channel, :received_at, :headers, :body);

-- name: open
insert into journal_open (shard, id, takes, skips) values (:shard, :id, :takes, :skips)
on conflict do nothing;

-- name: queue
-- The open rows of shards that *process* owns and has read the older work of, in the order of the webhooks.
select o.shard, o.id, o.takes, o.skips, o.starts from journal_open o
where o.shard in (select s.id from shard s where s.owner = :process)
    and :gained like '%,' || cast(o.shard as text) || ',%'
order by o.id, o.shard limit :limit;

-- name: fence
-- Whether *process* owns the shard. On PostgreSQL it then does until the commit.
select id from shard where id = :shard and owner = :process;

-- name: take
-- Who gets the row back parses it; who does not was overtaken.
delete from journal_open where shard = :shard and id = :id returning shard, id;

-- name: begin
-- Asked again after a lost answer, it counts no second start.
update journal_open set starts = case when starts < :starts then :starts else starts end
where shard = :shard and id = :id returning shard, id, starts;

-- name: newest_id
select max(id) from journal;

-- name: hold_mark
-- How far the version before this one had parsed. Its process has the number 0, which none has now.
update intake set starts = starts where process = 0;

-- name: marked
select parsed from intake where process = 0;

-- name: mark
insert into intake (process, parsed, starts) values (0, :parsed, 0)
on conflict (process) do update set parsed = excluded.parsed, starts = 0;

-- name: older
select id, provider, channel, received_at, headers, body
from journal where id > :after and id % 1024 = 0 order by id limit :limit;

-- name: one
select id, provider, channel, received_at, headers, body from journal where id = :id;

-- name: newest
select id, provider, channel, received_at, headers, body from journal order by id desc limit :limit;
