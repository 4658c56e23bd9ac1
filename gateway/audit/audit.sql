-- The record of who changed what, read back.

-- name: list
-- A tenant's, newest first. *action* is one action or the family before its dot.
select tenant, seq, at, actor, action, object, detail, address, request from audit
where tenant = :tenant
    and seq < :seq
    and at > :after and at < :before
    and (:action = '' or action = :action or action like :action || '.%')
    and (:object = '' or object = :object)
    and (:actor = '' or actor = :actor)
order by seq desc
limit :limit;

-- name: everywhere
-- The same over all tenants, for operators.
select tenant, seq, at, actor, action, object, detail, address, request from audit
where (at, tenant, seq) < (:at, :last, :seq)
    and at > :after and at < :before
    and (:action = '' or action = :action or action like :action || '.%')
    and (:object = '' or object = :object)
    and (:actor = '' or actor = :actor)
order by at desc, tenant desc, seq desc
limit :limit;

-- name: tenants
select distinct tenant from audit order by tenant;

-- name: chain
select tenant, seq, at, actor, action, object, detail, address, request, hash from audit
where tenant = :tenant and seq > :seq
order by seq
limit :limit;

-- name: kept
-- Where the chain begins: the last row that retention removed.
select seq, hash from audit_kept where tenant = :tenant;
