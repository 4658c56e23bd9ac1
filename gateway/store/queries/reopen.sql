-- Open events that are read back into memory. *shards* are those that are ours, as ',3,17,'.

-- name: of_tenant
-- A page of a tenant's, from old to new.
select e.tenant, e.id, e.channel, e.conversation, e.message, e.plugins, e.body, e.starts, e.received_at,
    coalesce(m.contact, v.contact) as contact, v.address, v.window_until, v.free_until,
    c.name as contact_name, c.username as contact_username, c.language as contact_language
from event e
left join conversation v on v.tenant = e.tenant and v.id = e.conversation
left join message m on m.tenant = e.tenant and m.id = e.message and e.message <> ''
left join contact c on c.tenant = e.tenant and c.id = coalesce(m.contact, v.contact)
where e.tenant = :tenant and e.id > :after and :shards like '%,' || e.shard || ',%'
order by e.id limit :limit;

-- name: of_conversation
-- A page of one conversation's.
select e.tenant, e.id, e.channel, e.conversation, e.message, e.plugins, e.body, e.starts, e.received_at,
    coalesce(m.contact, v.contact) as contact, v.address, v.window_until, v.free_until,
    c.name as contact_name, c.username as contact_username, c.language as contact_language
from (
    select id from event where tenant = :tenant and conversation = :conversation and id > :after
    order by id limit :limit
) p
join event e on e.tenant = :tenant and e.id = p.id
left join conversation v on v.tenant = e.tenant and v.id = e.conversation
left join message m on m.tenant = e.tenant and m.id = e.message and e.message <> ''
left join contact c on c.tenant = e.tenant and c.id = coalesce(m.contact, v.contact)
order by e.id;

-- name: one
select e.tenant, e.id, e.channel, e.conversation, e.message, e.plugins, e.body, e.starts, e.received_at,
    coalesce(m.contact, v.contact) as contact, v.address, v.window_until, v.free_until,
    c.name as contact_name, c.username as contact_username, c.language as contact_language
from event e
left join conversation v on v.tenant = e.tenant and v.id = e.conversation
left join message m on m.tenant = e.tenant and m.id = e.message and e.message <> ''
left join contact c on c.tenant = e.tenant and c.id = coalesce(m.contact, v.contact)
where e.tenant = :tenant and e.id = :id;

-- name: done
-- What plugins have done of a page.
select tenant, event, plugin, handled from done
where tenant = :tenant and event >= :first and event <= :last;

-- name: tenants_of_shard
-- Who has open events in a shard that a process takes over.
select distinct tenant from event where shard = :shard;

-- name: newest_of_shard
-- The newest id of what the owner before has left open: what comes of its conversations sorts behind.
select max(id) as id from (
    select max(id) as id from event where shard = :shard
    union all
    select max(id) from outbox where shard = :shard
) found;

-- name: tenants
-- Who has open events at all: one step of the index for each.
with recursive found (tenant) as (
    select min(tenant) from event
    union all
    select (select min(e.tenant) from event e where e.tenant > f.tenant) from found f
    where f.tenant is not null
)
select tenant from found where tenant is not null;

-- name: fresh
-- What has come for a shard behind an id, whoever has stored it.
select shard, tenant, id, conversation from event
where shard = :shard and id > :after order by id limit :limit;

-- name: left
-- A page of what a tenant has open since before *before*.
select tenant, id, conversation from event
where tenant = :tenant and id > :after and id < :before and :shards like '%,' || shard || ',%'
order by id limit :limit;
