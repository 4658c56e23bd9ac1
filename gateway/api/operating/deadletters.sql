-- Dead letters for the API. A letter that belongs to no tenant has '' for one: those are the operators'.

-- name: list
select id, stage, ref, plugin, reason, detail, journal, at, resolved_at from dead
where tenant = :tenant and id < :before
    and (:stage = '' or stage = :stage) and (:plugin = '' or plugin = :plugin)
    and (:reason = '' or reason = :reason)
    and ((:resolved = 1 and resolved_at > 0) or (:resolved = 0 and resolved_at = 0) or :resolved = 2)
order by id desc limit :limit;

-- name: one
select tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at from dead
where tenant = :tenant and id = :id;

-- name: oldest
-- What is to be replayed together: oldest first, so that order is kept.
select tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at from dead
where tenant = :tenant and resolved_at = 0
    and (:stage = '' or stage = :stage) and (:plugin = '' or plugin = :plugin)
    and (:reason = '' or reason = :reason)
order by id limit :limit;
