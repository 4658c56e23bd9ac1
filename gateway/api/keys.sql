-- Keys of the API. Only their hashes are kept.

-- name: create
insert into api_key (tenant, id, hash, name, created_at, last_used_at, revoked_at)
values (:tenant, :id, :hash, :name, :now, 0, 0);

-- name: find
-- The one statement that cannot name its tenant, because it finds it. Ids are unique over all tenants.
select tenant, hash, last_used_at, revoked_at from api_key where id = :id;

-- name: touch
update api_key set last_used_at = :now, hash = :hash
where tenant = :tenant and id = :id and last_used_at < :now;

-- name: list
select id, name, created_at, last_used_at, revoked_at from api_key
where tenant = :tenant
order by created_at, id;

-- name: revoke
update api_key set revoked_at = :now where tenant = :tenant and id = :id and revoked_at = 0;
