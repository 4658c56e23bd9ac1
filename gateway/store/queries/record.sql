-- T0b: what a parsed webhook leaves behind.

-- name: see
insert into seen (tenant, key, at) values (:tenant, :key, :at)
on conflict do nothing returning tenant, key;

-- name: find_contact
select cast(:n as integer) as n, i.contact as contact, c.name as name,
    v.id as conversation, v.address as address, v.window_until as window_until
from identity i
join contact c on c.tenant = i.tenant and c.id = i.contact
left join conversation v on v.tenant = i.tenant and v.channel = :channel and v.contact = i.contact
where i.tenant = :tenant and i.kind = :kind and i.scope = :scope and i.value = :value;

-- name: add_identity
insert into identity (tenant, kind, scope, value, contact, created_at)
values (:tenant, :kind, :scope, :value, :contact, :now)
on conflict do nothing;

-- name: claim_identity
insert into identity (tenant, kind, scope, value, contact, created_at)
values (:tenant, :kind, :scope, :value, :contact, :now)
on conflict do nothing returning contact;

-- name: add_contact
insert into contact (tenant, id, name, username, language, created_at)
values (:tenant, :contact, :name, :username, '', :now)
on conflict do nothing;

-- name: claim_conversation
insert into conversation (tenant, channel, contact, id, address, window_until, last_at, unread, created_at)
values (:tenant, :channel, :contact, :conversation, :address, 0, :now, 0, :now)
on conflict do nothing returning id;

-- name: touch_conversation
update conversation set
    last_at = :now,
    unread = unread + 1,
    window_until = case when window_until < :window_until then :window_until else window_until end
where tenant = :tenant and channel = :channel and contact = :contact;

-- name: add_message
insert into message (tenant, id, channel, conversation, contact, direction, type, content,
    provider_message_id, event, origin, parts, at, created_at, raw)
values (:tenant, :id, :channel, :conversation, :contact, :direction, :type, :content,
    :provider_message_id, :event, :origin, :parts, :at, :now, :raw);

-- name: add_event
insert into event (tenant, id, kind, channel, shard, conversation, message, plugins, body, starts, received_at)
values (:tenant, :id, :kind, :channel, :shard, :conversation, :message, :plugins, :body, :starts, :received_at);

-- name: add_dead
insert into dead (tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at)
values (:tenant, :id, :stage, :ref, :plugin, :reason, :detail, :journal, :body, :now, 0);
