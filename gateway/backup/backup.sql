-- What a backup needs to know of the database, of all tenants.

-- name: media
select distinct tenant, sha256 from media where state = 'stored' order by tenant, sha256;

-- name: migrations
select component, name from migration order by component, name;
