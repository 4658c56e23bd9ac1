-- Webhooks out: endpoints, deliveries, attempts.

-- name: wanting
-- To whom a tenant's new events go.
select id, types from endpoint where tenant = :tenant and state = 'enabled' order by id;

-- name: queue
insert into delivery (tenant, endpoint, seq, event, type, state, tries, attempts, next_at, last_status,
    last_error, created_at, updated_at)
values (:tenant, :endpoint, :seq, :event, :type, 'waiting', 0, 0, 0, 0, '', :now, :now)
on conflict do nothing;

-- name: waiting
-- Which endpoints, of all tenants, have something to be sent, and when the first of it is due.
select d.tenant, d.endpoint, min(d.next_at) as next_at, count(*) as size from delivery d
join endpoint e on e.tenant = d.tenant and e.id = d.endpoint and e.state = 'enabled'
where d.state = 'waiting' group by d.tenant, d.endpoint;

-- name: failing
-- Which endpoints, of all tenants, are failing now.
select tenant, id from endpoint where failing_since > 0 and state = 'enabled';

-- name: next
-- Nothing of an endpoint that is disabled or deleted: what was queued for it at that moment still waits.
select d.seq, d.next_at from delivery d
join endpoint e on e.tenant = d.tenant and e.id = d.endpoint and e.state = 'enabled'
where d.tenant = :tenant and d.endpoint = :endpoint and d.state = 'waiting'
order by d.next_at, d.seq limit :limit;

-- name: job
-- A delivery that is due, the event, and its endpoint.
select e.tenant, e.id, e.url, e.description, e.types, e.secret, e.old_secret, e.old_until, e.state,
    e.disabled_reason, e.failing_since, e.last_success_at, e.created_at, e.updated_at,
    d.seq, d.event, d.type, d.tries
from delivery d join endpoint e on e.tenant = d.tenant and e.id = d.endpoint
where d.tenant = :tenant and d.endpoint = :endpoint and d.seq = :seq and d.state = 'waiting'
    and d.next_at <= :now and e.state = 'enabled';

-- name: settle
-- What was delivered is done, also when it was given up meanwhile.
update delivery set state = :state, tries = tries + 1, attempts = attempts + 1, next_at = :next_at,
    last_status = :status, last_error = :error, updated_at = :now
where tenant = :tenant and endpoint = :endpoint and seq = :seq
    and (state = 'waiting' or (state = 'failed' and :delivered = 1))
returning attempts;

-- name: add_attempt
insert into webhook_attempt (tenant, endpoint, seq, n, at, status, duration, error, response)
values (:tenant, :endpoint, :seq, :n, :at, :status, :duration, :error, :response)
on conflict do nothing;

-- name: succeeded
-- Written once a minute at most, for all deliveries of an endpoint meet in this row.
update endpoint set failing_since = 0, last_success_at = :now
where tenant = :tenant and id = :id and (failing_since > 0 or last_success_at < :before);

-- name: failed
update endpoint set failing_since = :now where tenant = :tenant and id = :id and failing_since = 0;

-- name: disable
update endpoint set state = 'disabled', disabled_reason = :reason, updated_at = :now
where tenant = :tenant and id = :id and state = 'enabled' returning id;

-- name: drop_waiting
-- What a disabled endpoint does not get any more; it can be recovered.
update delivery set state = 'failed', last_error = case when last_error = '' then 'disabled' else last_error end,
    updated_at = :now
where tenant = :tenant and endpoint = :id and state = 'waiting';

-- name: enable
update endpoint set state = 'enabled', disabled_reason = '', failing_since = 0, updated_at = :now
where tenant = :tenant and id = :id and state = 'disabled' returning id;

-- name: one
select tenant, id, url, description, types, secret, old_secret, old_until, state, disabled_reason,
    failing_since, last_success_at, created_at, updated_at
from endpoint where tenant = :tenant and id = :id and state <> 'deleted';

-- name: hold
-- Whoever else wants to change this endpoint waits for the end of this transaction, then sees what it did.
update endpoint set updated_at = updated_at where tenant = :tenant and id = :id;

-- name: list
select tenant, id, url, description, types, secret, old_secret, old_until, state, disabled_reason,
    failing_since, last_success_at, created_at, updated_at
from endpoint where tenant = :tenant and id > :after and state <> 'deleted' order by id limit :limit;

-- name: count
select count(*) from endpoint where tenant = :tenant and state <> 'deleted';

-- name: add
insert into endpoint (tenant, id, url, description, types, secret, old_secret, old_until, state,
    disabled_reason, failing_since, last_success_at, created_at, updated_at)
values (:tenant, :id, :url, :description, :types, :secret, :none, 0, 'enabled', '', 0, 0, :now, :now);

-- name: change
update endpoint set url = :url, description = :description, types = :types, updated_at = :now
where tenant = :tenant and id = :id;

-- name: rotate
update endpoint set secret = :secret, old_secret = :old_secret, old_until = :old_until, updated_at = :now
where tenant = :tenant and id = :id;

-- name: delete
-- Out of sight at once. Its deliveries may be millions: they go later, some at a time.
update endpoint set state = 'deleted', url = '', description = '', secret = :none, old_secret = :none,
    old_until = 0, failing_since = 0, updated_at = :now
where tenant = :tenant and id = :id;

-- name: deleted
-- Of all tenants. Whoever still queued for it is done by then.
select tenant, id from endpoint where state = 'deleted' and updated_at < :before limit 20;

-- name: clear
delete from delivery where tenant = :tenant and endpoint = :id and seq in (
    select seq from delivery where tenant = :tenant and endpoint = :id limit :limit
);

-- name: remove
delete from endpoint where tenant = :tenant and id = :id and state = 'deleted' and not exists (
    select 1 from delivery where tenant = :tenant and endpoint = :id
);

-- name: deliveries
select seq, event, type, state, tries, attempts, next_at, last_status, last_error, updated_at from delivery
where tenant = :tenant and endpoint = :endpoint and seq < :before and (:state = '' or state = :state)
order by seq desc limit :limit;

-- name: delivery
select seq, event, type, state, tries, attempts, next_at, last_status, last_error, updated_at from delivery
where tenant = :tenant and endpoint = :endpoint and seq = :seq;

-- name: attempts
select n, at, status, duration, error, response from webhook_attempt
where tenant = :tenant and endpoint = :endpoint and seq = :seq order by n desc limit 100;

-- name: again
update delivery set state = 'waiting', tries = 0, next_at = 0, updated_at = :now
where tenant = :tenant and endpoint = :endpoint and seq = :seq returning seq;

-- name: recover
-- What failed, or was never queued, waits again; what waits or is done stays as it is.
insert into delivery (tenant, endpoint, seq, event, type, state, tries, attempts, next_at, last_status,
    last_error, created_at, updated_at)
values (:tenant, :endpoint, :seq, :event, :type, 'waiting', 0, 0, 0, 0, '', :now, :now)
on conflict (tenant, endpoint, seq) do update set state = 'waiting', tries = 0, next_at = 0, updated_at = :now
where delivery.state = 'failed'
returning seq;

-- name: forget_secrets
-- Old secrets, of all tenants, that sign no more.
update endpoint set old_secret = :none, old_until = 0 where old_until > 0 and old_until < :now;
