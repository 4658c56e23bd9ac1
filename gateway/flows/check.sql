-- What `gateway flows` reads: flows of every tenant, whose logs are held against the code.

-- name: logs
-- A page of them, oldest first, each with the contact that it talks to.
select f.tenant, f.id, f.plugin, f.name, f.conversation, f.state, f.pending, f.code, f.args, f.log, f.epoch,
    f.version, f.wake_at, f.started_at, f.updated_at, f.shard,
    v.channel, v.contact, v.address, v.window_until, c.name as contact_name, c.username, c.language
from flow f
left join conversation v on v.tenant = f.tenant and v.id = f.conversation
left join contact c on c.tenant = v.tenant and c.id = v.contact
where f.id > :after order by f.id limit :limit;

-- name: count
select count(*) from flow;

-- name: live
-- Which there are: by flow and by what they wait for.
select tenant, plugin, name, pending, code, state, count(*) as flows, min(updated_at) as oldest
from flow group by tenant, plugin, name, pending, code, state order by tenant, plugin, name, flows desc, pending;
