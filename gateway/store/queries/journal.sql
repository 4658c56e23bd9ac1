-- name: insert
insert into journal (id, provider, channel, received_at, headers, body)
values (:id, :provider, :channel, :received_at, :headers, :body);

-- name: open
insert into journal_open (id, starts) values (:id, 0);

-- name: close
delete from journal_open where id = :id;

-- name: start
update journal_open set starts = starts + 1 where id = :id;

-- name: open_rows
select j.id, j.provider, j.channel, j.received_at, j.headers, j.body, o.starts
from journal_open o join journal j on j.id = o.id
where o.id > :after order by o.id limit :limit;

-- name: one
select id, provider, channel, received_at, headers, body, 0 as starts from journal where id = :id;
