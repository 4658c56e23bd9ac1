-- What a process takes over when it starts, or after the database was away. These span tenants and
-- run as the worker.

-- name: doubt_orphans
update outbox set state = 'in_doubt', doubt_since = :now, error = 'the process died while sending'
where shard = :shard and state = 'sending' and epoch < :epoch
returning tenant, id;

-- name: open_parts
select tenant, id, message, idx, channel, shard, conversation, address, class, body, state, attempt,
    resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at
from outbox where id > :after order by id limit :limit;

-- name: open_events
select e.tenant, e.id, e.channel, e.conversation, e.message, e.plugins, e.body, e.starts, e.received_at,
    coalesce(m.contact, v.contact) as contact, v.address, v.window_until, v.free_until,
    c.name as contact_name, c.username as contact_username, c.language as contact_language
from event e
left join conversation v on v.tenant = e.tenant and v.id = e.conversation
left join message m on m.tenant = e.tenant and m.id = e.message and e.message <> ''
left join contact c on c.tenant = e.tenant and c.id = coalesce(m.contact, v.contact)
where e.id > :after order by e.id limit :limit;

-- name: done_between
select tenant, event, plugin, handled from done where event > :after and event <= :last;
