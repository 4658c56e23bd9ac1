-- What the API asks and stores.

-- name: list
select m.id, m.conversation, m.contact, m.direction, m.type, m.content,
    m.provider_message_id, m.parts, m.at, m.created_at
from message m
where m.tenant = :tenant
    and (:channel = '' or m.channel = :channel)
    and (:contact = '' or m.contact = :contact)
    and (:direction = '' or m.direction = :direction)
    and m.id < :before
order by m.id desc limit :limit;

-- name: parts
select message, idx, provider_message_id, status, rank, error, updated_at
from part where tenant = :tenant and message = :message order by idx;

-- name: waiting
select message, idx, state, error from outbox where tenant = :tenant and message = :message
union all
select message, idx, 'scheduled', '' from scheduled where tenant = :tenant and message = :message
order by idx;

-- name: one
select m.id, m.conversation, m.contact, m.direction, m.type, m.content,
    m.provider_message_id, m.parts, m.at, m.created_at, s.due_at
from message m left join scheduled s on s.tenant = m.tenant and s.message = m.id
where m.tenant = :tenant and m.id = :id;

-- name: contact_of
select contact from identity where tenant = :tenant and kind = :kind and value = :value;

-- name: scope_of
select scope from identity where tenant = :tenant and kind = :kind and value = :value limit 1;

-- name: remember
insert into idempotency (tenant, key, request, status, answer, created_at)
values (:tenant, :key, :request, :status, :answer, :now)
on conflict do nothing returning key;

-- name: correct
update idempotency set answer = :answer where tenant = :tenant and key = :key;

-- name: recall
select request, status, answer from idempotency where tenant = :tenant and key = :key;

-- name: known_message
select type, content from message
where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
    and provider_message_id <> '' and direction = 'in';

-- name: known_status
select status from status
where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
    and status = :status and participant = :participant and at = :at;

-- name: known_key
select at from seen where tenant = :tenant and key = :key;

-- name: window
select window_until from conversation where tenant = :tenant and id = :conversation;

-- name: dead_of_journal
update dead set resolved_at = :now
where journal = :journal and stage = 'parse' and resolved_at = 0 and tenant = tenant;

-- name: dead_one
select tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at
from dead where id = :id and tenant = tenant;

-- name: dead_resolve
update dead set resolved_at = :now where tenant = :tenant and id = :id and resolved_at = 0 returning id;

-- name: reopen_part
delete from part where tenant = :tenant and id = :id and provider_message_id = '' returning id;

-- name: reopen_event
insert into event (tenant, id, kind, channel, shard, conversation, message, plugins, body, starts, received_at)
values (:tenant, :id, :kind, :channel, :shard, :conversation, :message, :plugins, :body, 0, :received_at)
on conflict do nothing returning id;

-- name: reopen_raw
insert into journal_open (id) values (:id) on conflict do nothing;
