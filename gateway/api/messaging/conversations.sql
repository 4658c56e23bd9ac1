-- Conversations as the API lists them.

-- name: list
-- Newest activity first: a walk of conversation_last.
select v.id, v.channel, v.contact, v.address, v.window_until, v.free_until, v.last_at, v.unread, v.created_at,
    c.name, c.username,
    (
        select i.value from identity i
        where i.tenant = :tenant and i.contact = v.contact and i.kind = 'group' limit 1
    ) as grp
from conversation v
left join contact c on c.tenant = :tenant and c.id = v.contact
where v.tenant = :tenant
    and (v.last_at, v.id) < (:last_at, :before)
    and v.last_at >= :since
    and (:channel = '' or v.channel = :channel)
    and (:unread < 0 or (case when v.unread > 0 then 1 else 0 end) = :unread)
    and v.window_until > :open_after and v.window_until <= :open_until
order by v.last_at desc, v.id desc limit :limit;

-- name: list_of_contact
-- A contact has few: they are found first ("cross join" is how SQLite is told so).
select v.id, v.channel, v.contact, v.address, v.window_until, v.free_until, v.last_at, v.unread, v.created_at,
    c.name, c.username,
    (
        select i.value from identity i
        where i.tenant = :tenant and i.contact = v.contact and i.kind = 'group' limit 1
    ) as grp
from (select id from conversation where tenant = :tenant and contact = :contact) few
cross join conversation v
left join contact c on c.tenant = :tenant and c.id = v.contact
where v.tenant = :tenant and v.id = few.id
    and (v.last_at, v.id) < (:last_at, :before)
    and v.last_at >= :since
    and (:channel = '' or v.channel = :channel)
    and (:unread < 0 or (case when v.unread > 0 then 1 else 0 end) = :unread)
    and v.window_until > :open_after and v.window_until <= :open_until
order by v.last_at desc, v.id desc limit :limit;

-- name: one
select v.id, v.channel, v.contact, v.address, v.window_until, v.free_until, v.last_at, v.unread, v.created_at,
    c.name, c.username,
    (
        select i.value from identity i
        where i.tenant = :tenant and i.contact = v.contact and i.kind = 'group' limit 1
    ) as grp
from conversation v
left join contact c on c.tenant = :tenant and c.id = v.contact
where v.tenant = :tenant and v.id = :id;

-- name: last
-- What was said last in a conversation.
select id, conversation, direction, type, content, at from message
where tenant = :tenant and conversation = :conversation order by id desc limit 1;

-- name: heard
-- What the contact said last, under the provider's id, for a read receipt.
select id, provider_message_id from message
where tenant = :tenant and conversation = :conversation and direction = 'in' and provider_message_id <> ''
order by id desc limit 1;

-- name: said
select id, provider_message_id from message
where tenant = :tenant and conversation = :conversation and id = :id and direction = 'in';
