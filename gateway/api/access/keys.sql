-- Keys of the API. Only their hashes are kept. Those of operators are in a table of their own: no tenant's.

-- name: find
-- The one statement that cannot name its tenant, because it finds it. Ids are unique over all tenants.
select tenant, hash, scopes, last_used_at, expires_at, revoked_at, 0 as operator from api_key where id = :id
union all
select '', hash, scopes, last_used_at, expires_at, revoked_at, 1 from operator_key where id = :id;

-- name: touch
update api_key set last_used_at = :now, hash = :hash
where tenant = :tenant and id = :id and last_used_at <= :now;

-- name: touch_operator
update operator_key set last_used_at = :now, hash = :hash where id = :id and last_used_at <= :now;

-- name: create
insert into api_key (
    tenant, id, hash, name, scopes, created_at, last_used_at, expires_at, revoked_at, rotates
)
values (:tenant, :id, :hash, :name, :scopes, :now, 0, :expires_at, 0, :rotates);

-- name: create_operator
insert into operator_key (id, hash, name, scopes, created_at, last_used_at, expires_at, revoked_at, rotates)
values (:id, :hash, :name, :scopes, :now, 0, :expires_at, 0, :rotates);

-- name: list
-- The oldest first, behind the key with this time and id.
select id, name, scopes, created_at, last_used_at, expires_at, revoked_at, rotates from api_key
where tenant = :tenant and (created_at, id) > (:at, :last)
order by created_at, id
limit :limit;

-- name: list_operator
select id, name, scopes, created_at, last_used_at, expires_at, revoked_at, rotates from operator_key
where (created_at, id) > (:at, :last)
order by created_at, id
limit :limit;

-- name: one
select id, name, scopes, created_at, last_used_at, expires_at, revoked_at, rotates from api_key
where tenant = :tenant and id = :id;

-- name: one_operator
select id, name, scopes, created_at, last_used_at, expires_at, revoked_at, rotates from operator_key
where id = :id;

-- name: revoke
update api_key set revoked_at = :now where tenant = :tenant and id = :id and revoked_at = 0;

-- name: revoke_operator
update operator_key set revoked_at = :now where id = :id and revoked_at = 0;

-- name: expire
-- A key's life gets shorter by this, never longer. Whoever rotates the same key waits here.
update api_key
set expires_at = case when expires_at = 0 or expires_at > :expires_at then :expires_at else expires_at end
where tenant = :tenant and id = :id;

-- name: expire_operator
update operator_key
set expires_at = case when expires_at = 0 or expires_at > :expires_at then :expires_at else expires_at end
where id = :id;

-- name: chain
-- The key that this one stands in for, and those that stand in for it.
select id, expires_at, revoked_at, rotates from api_key
where tenant = :tenant and (id = :rotates or rotates = :id)
order by created_at, id;

-- name: chain_operator
select id, expires_at, revoked_at, rotates from operator_key
where id = :rotates or rotates = :id
order by created_at, id;
