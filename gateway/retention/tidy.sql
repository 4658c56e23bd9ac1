-- What has a time of its own, or one that nobody sets. Every tenant's at once, a few at a time.

-- name: notes
delete from provider_note where (tenant, provider, key) in (
    select tenant, provider, key from provider_note where until < :before order by until limit :limit
);

-- name: menus
delete from menu where (tenant, conversation, message) in (
    select tenant, conversation, message from menu where at < :before order by at limit :limit
);

-- name: processes
-- Of those that have ended. The newest stays: the next one's number and term follow it.
delete from process where id in (
    select p.id from process p
    where p.stopped_at <> 0 and p.stopped_at < :before and p.term < (select max(q.term) from process q)
    limit :limit
);

-- name: slots
-- What counted against a cap: none counts for longer than 31 days.
delete from slot where (tenant, contact, at, message) in (
    select tenant, contact, at, message from slot where at < :before order by at limit :limit
);

-- name: reached
delete from reached where (tenant, portfolio, contact) in (
    select tenant, portfolio, contact from reached where at < :before order by at limit :limit
);

-- name: reached_hours
delete from reached_hour where (tenant, portfolio, hour) in (
    select tenant, portfolio, hour from reached_hour where hour < :before order by hour limit :limit
);

-- name: muted
-- Whoever was quiet for so long begins anew.
delete from muted where (tenant, contact) in (
    select tenant, contact from muted where since < :before order by since limit :limit
);
