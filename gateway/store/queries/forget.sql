-- What has had its time. Every tenant's at once.

-- name: notes
delete from provider_note where until < :now;

-- name: menus
delete from menu where at < :before;

-- name: processes
-- Of those that have ended. The newest stays: the next one's number and term follow it.
delete from process
where stopped_at <> 0 and stopped_at < :before and term < (select max(p.term) from process p);
