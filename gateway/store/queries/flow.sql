-- Flows between their turns.

-- name: one
select tenant, id, plugin, name, conversation, state, pending, code, args, log, epoch, version, wake_at,
    started_at, updated_at, shard
from flow where tenant = :tenant and id = :id;

-- name: save
-- Another turn's version fences this one: nothing comes back.
insert into flow (tenant, id, plugin, name, conversation, state, pending, code, args, log, epoch, version,
    wake_at, started_at, updated_at, shard)
values (:tenant, :id, :plugin, :name, :conversation, :state, :pending, :code, :args, :log, :epoch, :version,
    :wake_at, :started_at, :updated_at, :shard)
on conflict (tenant, id) do update set
    state = excluded.state, pending = excluded.pending, code = excluded.code, args = excluded.args,
    log = excluded.log, epoch = excluded.epoch, version = excluded.version, wake_at = excluded.wake_at,
    started_at = excluded.started_at, updated_at = excluded.updated_at, shard = excluded.shard
where flow.version = excluded.version - 1
returning id;

-- name: singly
-- Whoever begins a flow of which a conversation has one at most waits here for others who do.
update conversation set id = id where tenant = :tenant and id = :conversation;

-- name: another
select id from flow
where tenant = :tenant and conversation = :conversation and plugin = :plugin and name = :name and id <> :id;

-- name: finish
delete from flow where tenant = :tenant and id = :id and version = :version - 1 returning id;

-- name: wait
insert into flow_wait (tenant, flow, name, key, op) values (:tenant, :flow, :name, :key, :op)
on conflict (tenant, flow) do update set name = excluded.name, key = excluded.key, op = excluded.op;

-- name: waits
select name, key from flow_wait where tenant = :tenant and flow = :flow;

-- name: wait_no_more
delete from flow_wait where tenant = :tenant and flow = :flow;

-- name: signal
insert into signal (tenant, name, key, id, payload, at) values (:tenant, :name, :key, :id, :payload, :at);

-- name: held
-- The flows of a shard that a turn has written since, for its owner. Rows of an older version are in shard 0,
-- whatever their channel is.
select f.tenant, f.id, f.plugin, f.name, f.conversation, f.state, f.pending, f.code, '' as args, '' as log,
    f.epoch, f.version, f.wake_at, f.started_at, f.updated_at, f.shard, v.channel
from flow f
left join conversation v on v.tenant = f.tenant and v.id = f.conversation
where f.shard = :shard and (f.updated_at, f.id) > (:at, :after) order by f.updated_at, f.id limit :limit;

-- name: of_conversation
select tenant, id, plugin, name, conversation, state, pending, code, '' as args, '' as log, epoch, version,
    wake_at, started_at, updated_at, shard
from flow where tenant = :tenant and conversation = :conversation order by updated_at, id;

-- name: belongs
update flow set shard = :shard where tenant = :tenant and id = :id and shard = 0;

-- name: due
-- Flows whose time is over.
select tenant, id, plugin, conversation, pending, wake_at from flow
where wake_at > 0 and wake_at <= :now order by wake_at limit :limit;

-- name: rang
update flow set wake_at = 0 where tenant = :tenant and id = :id and wake_at > 0 and wake_at <= :now
returning tenant, id;

-- name: met
-- Flows that wait for what has come. The log names the events that a flow has had: none comes twice.
-- Waits are few and are read first: SQLite joins in this order.
select w.tenant, w.flow as id, w.op, s.id as signal, s.payload, s.at, f.plugin, f.conversation
from flow_wait w
cross join signal s
cross join flow f
where s.tenant = w.tenant and s.name = w.name and s.key = w.key and f.tenant = w.tenant and f.id = w.flow
    and f.log not like '%' || s.id || '%'
order by s.at limit :limit;

-- name: answered
delete from flow_wait where tenant = :tenant and flow = :id and op = :op returning tenant, flow as id;

-- name: speak
update contact set language = :language where tenant = :tenant and id = :contact;

-- name: order_job
insert into job (tenant, id, plugin, name, key, args, conversation, flow, op, state, due_at, attempt, failures,
    starts, epoch, claimed_at, recurs, zone, occurs_at, progress, error, created_at)
values (:tenant, :id, :plugin, :name, :key, :args, :conversation, :flow, :op, 'ready', :due_at, 0, 0,
    0, 0, 0, '', '', 0, '', '', :now)
on conflict do nothing;
