-- The journal, which knows no tenant, walked to cut a contact out.

-- name: journal
select id, provider, channel, headers, body from journal where id > :after order by id limit :limit;

-- name: still_open
select 1 from journal_open where id = :id limit 1;

-- name: put_body
update journal set body = :body where id = :id;
