-- What has had its time. Every tenant's at once.

-- name: notes
delete from provider_note where until < :now;

-- name: menus
delete from menu where at < :before;
