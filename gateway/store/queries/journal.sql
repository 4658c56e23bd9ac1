-- name: insert
insert into journal (id, provider, channel, received_at, headers, body)
values (:id, :provider, :channel, :received_at, :headers, :body);

-- name: mark
insert into intake (process, parsed, starts) values (:process, :parsed, 0)
on conflict (process) do update set parsed = excluded.parsed, starts = 0;

-- name: start
insert into intake (process, parsed, starts) values (:process, :parsed, 1)
on conflict (process) do update set starts = intake.starts + 1
returning starts;

-- name: marked
select parsed, starts from intake where process = :process;

-- name: behind
select id, provider, channel, received_at, headers, body
from journal where id > :after and id % 1024 = :process order by id limit :limit;

-- name: reopened
select j.id, j.provider, j.channel, j.received_at, j.headers, j.body
from journal_open o join journal j on j.id = o.id order by o.id limit :limit;

-- name: close
delete from journal_open where id = :id;

-- name: one
select id, provider, channel, received_at, headers, body from journal where id = :id;

-- name: newest
select id, provider, channel, received_at, headers, body from journal order by id desc limit :limit;
