-- What a process takes over when it starts, or after the database was away. These span tenants and
-- run as the worker.

-- name: add_shard
insert into shard (id, owner, epoch, lease_until) values (:id, :owner, 1, :lease_until)
on conflict (id) do update set
    epoch = shard.epoch + case when shard.owner = :owner then 0 else 1 end,
    owner = :owner, lease_until = :lease_until
returning id, epoch;

-- name: doubt_orphans
update outbox set state = 'in_doubt', doubt_since = :now, error = 'the process died while sending'
where state = 'sending' and epoch < :epoch
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

-- name: newest_journal
select max(id) from journal;

-- name: last_process
select id, stopped_at from process order by started_at desc limit 1;

-- name: add_process
insert into process (id, started_at, stopped_at) values (:id, :now, 0);

-- name: stop_process
update process set stopped_at = :now where id = :id;
