-- Work outside turns. What a process does for every tenant runs as the worker.

-- name: left
-- Whether a process that is gone was running something.
select 1 from job
where state = 'running' and epoch <> :epoch and epoch not in (select term from process where stopped_at = 0)
limit 1;

-- name: take_over
-- What a process that is gone was running is run again; that it began stays counted. Who is :alone knows that
-- every other process is gone.
update job set state = 'ready'
where state = 'running' and epoch <> :epoch
    and (:alone = 1 or epoch not in (select term from process where stopped_at = 0))
returning tenant, id;

-- name: tenants
-- Every tenant with something to do, now or later: one look at the index for each, however much each has.
with recursive t (tenant) as (
    select min(j.tenant) from job j where j.state = 'ready'
    union all
    select (select min(j.tenant) from job j where j.state = 'ready' and j.tenant > t.tenant)
    from t where t.tenant is not null
)
select tenant from t where tenant is not null;

-- name: next
select tenant, id, plugin, name, key, args, conversation, flow, op, due_at, attempt, failures, starts, recurs,
    zone, occurs_at
from job where tenant = :tenant and plugin = :plugin and state = 'ready'
order by due_at, id limit :limit;

-- name: claim
-- Asked again after a lost answer, it says yes again. A process that was overtaken gets nothing.
update job set state = 'running', epoch = :epoch, claimed_at = :now,
    starts = starts + case when state = 'ready' then 1 else 0 end, attempt = :attempt
where tenant = :tenant and id = :id
    and (state = 'ready' and attempt = :attempt - 1 or state = 'running' and attempt = :attempt and epoch = :epoch)
    and exists (select 1 from process p where p.term = :epoch and p.stopped_at = 0)
returning tenant, id;

-- name: hand_back
-- It was claimed, and not begun.
update job set state = 'ready', starts = starts - 1, attempt = attempt - 1
where tenant = :tenant and id = :id and state = 'running' and epoch = :epoch and attempt = :attempt
    and claimed_at = :claimed_at;

-- name: finish
delete from job
where tenant = :tenant and id = :id and state = 'running' and epoch = :epoch and attempt = :attempt
    and claimed_at = :claimed_at
returning tenant, id;

-- name: renew
-- One that comes again: its next occurrence.
update job set state = 'ready', due_at = :due_at, occurs_at = :due_at, attempt = 0, failures = 0, starts = 0,
    progress = '', error = :error
where tenant = :tenant and id = :id and state = 'running' and epoch = :epoch and attempt = :attempt
    and claimed_at = :claimed_at
returning tenant, id;

-- name: put_back
-- When it was due first stays known.
update job set state = 'ready', due_at = :due_at, failures = :failures, starts = 0, error = :error,
    occurs_at = :occurs_at
where tenant = :tenant and id = :id and state = 'running' and epoch = :epoch and attempt = :attempt
    and claimed_at = :claimed_at
returning tenant, id;

-- name: progress
update job set progress = :progress
where tenant = :tenant and id = :id and state = 'running' and epoch = :epoch and attempt = :attempt
    and claimed_at = :claimed_at;

-- name: waiting
select count(*) from job where state = 'ready' and due_at <= :now;

-- name: recurring
select tenant, id, plugin, name, recurs, zone, state, failures from job where recurs <> '';

-- name: add_recurring
insert into job (tenant, id, plugin, name, key, args, conversation, flow, op, state, due_at, attempt, failures,
    starts, epoch, claimed_at, recurs, zone, occurs_at, progress, error, created_at)
values (:tenant, :id, :plugin, :name, '', '[[],{}]', '', '', '', 'ready', :due_at, 0, 0,
    0, 0, 0, :recurs, :zone, :due_at, '', '', :now)
on conflict do nothing;

-- name: drop_recurring
delete from job where tenant = :tenant and id = :id and state = 'ready' and recurs <> '';

-- name: rezone
update job set zone = :zone, due_at = :due_at, occurs_at = :due_at
where tenant = :tenant and id = :id and state = 'ready' and failures = 0 and starts = 0;

-- name: list
select id, plugin, name, key, conversation, state, due_at, attempt, failures, progress, error, recurs, zone,
    created_at
from job
where tenant = :tenant and id < :before
    and (:plugin = '' or plugin = :plugin) and (:state = '' or state = :state)
order by id desc limit :limit;

-- name: one
select id, plugin, name, key, conversation, flow, op, state, due_at, attempt, failures, progress, error, recurs,
    zone, created_at
from job where tenant = :tenant and id = :id;

-- name: cancel
delete from job where tenant = :tenant and id = :id and recurs = ''
returning plugin, conversation, flow, op;

-- name: hasten
update job set due_at = :now where tenant = :tenant and id = :id and state = 'ready' returning id;

-- name: again
-- A dead letter is replayed.
insert into job (tenant, id, plugin, name, key, args, conversation, flow, op, state, due_at, attempt, failures,
    starts, epoch, claimed_at, recurs, zone, occurs_at, progress, error, created_at)
values (:tenant, :id, :plugin, :name, :key, :args, :conversation, :flow, :op, 'ready', :now, 0, 0,
    0, 0, 0, '', '', 0, '', '', :now)
on conflict do nothing
returning id;
