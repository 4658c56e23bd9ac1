-- T0b: what a parsed webhook leaves behind.

-- name: see
insert into seen (tenant, key, at) values (:tenant, :key, :at)
on conflict do nothing returning tenant, key;

-- name: touch_conversation
update conversation set
    last_at = :now,
    unread = unread + :unread,
    window_until = case when window_until < :window_until then :window_until else window_until end,
    referral_at = case when referral_at < :referral_at then :referral_at else referral_at end
where tenant = :tenant and channel = :channel and contact = :host;

-- name: add_message
insert into message (tenant, id, channel, conversation, contact, direction, type, content,
    provider_message_id, event, origin, purpose, parts, at, created_at, raw)
values (:tenant, :id, :channel, :conversation, :contact, :direction, :type, :content,
    :provider_message_id, :event, :origin, :purpose, :parts, :at, :now, :raw);

-- name: add_event
insert into event (tenant, id, kind, channel, shard, conversation, message, plugins, body, starts, received_at)
values (:tenant, :id, :kind, :channel, :shard, :conversation, :message, :plugins, :body, :starts, :received_at);

-- name: add_dead
insert into dead (tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at)
values (:tenant, :id, :stage, :ref, :plugin, :reason, :detail, :journal, :body, :now, 0);

-- name: drop_held
-- The place kept for a file of a phone's history, once the message itself is there.
delete from message
where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
    and provider_message_id <> '' and origin = 'history' and type = 'unsupported'
    and exists (
        select 1 from message m
        where m.tenant = :tenant and m.channel = :channel and m.provider_message_id = :provider_message_id
            and m.provider_message_id <> '' and not (m.origin = 'history' and m.type = 'unsupported')
    );

-- name: drop_held_part
delete from part
where tenant = :tenant and id in (
    select id from part
    where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
        and provider_message_id <> ''
) and message in (
    select h.id from message h
    join message m on m.tenant = h.tenant and m.channel = h.channel
        and m.provider_message_id = h.provider_message_id and m.provider_message_id <> ''
    where h.tenant = :tenant and h.channel = :channel and h.provider_message_id = :provider_message_id
        and h.provider_message_id <> '' and h.origin = 'history' and h.type = 'unsupported'
        and not (m.origin = 'history' and m.type = 'unsupported')
);
