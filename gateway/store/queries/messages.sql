-- What the API asks and stores.

-- name: list
select m.id, m.channel, m.conversation, m.contact, m.direction, m.type, m.content, m.provider_message_id,
    m.parts, m.at, m.created_at
from message m
where m.tenant = :tenant and m.id < :before and m.id > :after
    and (:channel = '' or m.channel = :channel)
    and (:direction = '' or m.direction = :direction)
order by m.id desc limit :limit;

-- name: list_of_conversation
select m.id, m.channel, m.conversation, m.contact, m.direction, m.type, m.content, m.provider_message_id,
    m.parts, m.at, m.created_at
from message m
where m.tenant = :tenant and m.conversation = :conversation and m.id < :before and m.id > :after
    and (:channel = '' or m.channel = :channel)
    and (:direction = '' or m.direction = :direction)
order by m.id desc limit :limit;

-- name: oldest_of_conversation
select m.id, m.channel, m.conversation, m.contact, m.direction, m.type, m.content, m.provider_message_id,
    m.parts, m.at, m.created_at
from message m
where m.tenant = :tenant and m.conversation = :conversation and m.id < :before and m.id > :after
    and (:channel = '' or m.channel = :channel)
    and (:direction = '' or m.direction = :direction)
order by m.id limit :limit;

-- name: list_of_contact
-- A contact speaks in conversations of its own, and in groups: these are found first ("cross join" is how
-- SQLite is told so), and no other is read.
select m.id, m.channel, m.conversation, m.contact, m.direction, m.type, m.content, m.provider_message_id,
    m.parts, m.at, m.created_at
from (
    select v.id from conversation v
    where v.tenant = :tenant and v.contact in (
        select cast(:contact as text)
        union all
        select i.contact from identity i where i.tenant = :tenant and i.kind = 'group'
    )
) few
cross join message m
where m.tenant = :tenant and m.conversation = few.id and m.contact = :contact
    and m.id < :before and m.id > :after
    and (:conversation = '' or m.conversation = :conversation)
    and (:channel = '' or m.channel = :channel)
    and (:direction = '' or m.direction = :direction)
order by m.id desc limit :limit;

-- name: parts
select id, message, idx, channel, provider_message_id, status, rank, attempt, resent, accepted_at, updated_at,
    error
from part where tenant = :tenant and message = :message order by idx;

-- name: waiting
-- So said that SQLite, which has no statistics, finds the id in the index and does not read all of the outbox.
select id, message, idx, state, attempt, resent, not_before, error from outbox
where tenant = :tenant and id in (select id from outbox where tenant = :tenant and message = :message)
union all
select '', message, idx, 'scheduled', 0, 0, due_at, '' from scheduled
where tenant = :tenant and message = :message
order by idx;

-- name: one
select m.id, m.channel, m.conversation, m.contact, m.direction, m.type, m.content, m.provider_message_id,
    m.parts, m.at, m.created_at, m.origin, s.due_at, s.reason
from message m left join scheduled s on s.tenant = m.tenant and s.message = m.id
where m.tenant = :tenant and m.id = :id;

-- name: attempts
-- What was tried of a message's parts, those apart that were simply accepted.
select a.part, a.n, a.outcome, a.http, a.error, a.started_at, a.ended_at from attempt a
where a.tenant = :tenant and a.part in (
    select p.id from part p where p.tenant = :tenant and p.message = :message
    union all
    select o.id from outbox o where o.tenant = :tenant and o.message = :message
)
order by a.part, a.n, a.ended_at limit :limit;

-- name: statuses
-- All that the provider told of a message's parts.
select p.id as part, s.status, s.participant, s.at, s.error, s.pricing, s.received_at
from part p
join status s on s.tenant = p.tenant and s.channel = p.channel
    and s.provider_message_id = p.provider_message_id
where p.tenant = :tenant and p.message = :message and p.provider_message_id <> ''
order by p.idx, s.at, s.rank limit :limit;

-- name: raw
-- What the provider sent of a message, in its own bytes, and then of its statuses.
select 'message' as kind, '' as status, m.created_at as received_at, m.raw as raw from message m
where m.tenant = :tenant and m.id = :id
union all
select 'status', s.status, s.received_at, s.raw
from part p
join status s on s.tenant = p.tenant and s.channel = p.channel
    and s.provider_message_id = p.provider_message_id
where p.tenant = :tenant and p.message = :id and p.provider_message_id <> ''
order by 3, 1 limit :limit;

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

-- name: talked
-- The business spoke: the conversation is among the newest again.
update conversation set last_at = :now
where tenant = :tenant and id = :conversation and last_at < :now;

-- name: window
select window_until from conversation where tenant = :tenant and id = :conversation;

-- name: dead_of_journal
update dead set resolved_at = :now
where journal = :journal and stage = 'parse' and resolved_at = 0;

-- name: dead_one
select tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at
from dead where id = :id;

-- name: dead_resolve
update dead set resolved_at = :now where tenant = :tenant and id = :id and resolved_at = 0 returning id;

-- name: reopen_part
delete from part where tenant = :tenant and id = :id and provider_message_id = '' returning id;

-- name: judge
-- A reply that is sent again by hand answers nobody any more.
update message set purpose = 'service' where tenant = :tenant and id = :id and purpose = '';

-- name: reopen_event
insert into event (tenant, id, kind, channel, shard, conversation, message, plugins, body, starts, received_at)
values (:tenant, :id, :kind, :channel, :shard, :conversation, :message, :plugins, :body, 0, :received_at)
on conflict do nothing returning id;
