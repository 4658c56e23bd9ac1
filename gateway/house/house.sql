-- name: mute
insert into muted (tenant, contact, reason, channel, conversation, since)
values (:tenant, :contact, :reason, :channel, :conversation, :since)
on conflict (tenant, contact) do update set reason = excluded.reason, since = excluded.since,
    channel = excluded.channel, conversation = excluded.conversation;

-- name: unmute
delete from muted where tenant = :tenant and contact = :contact;

-- name: muted
-- Of every tenant: a process that begins, or takes a share over, knows who is not answered.
select tenant, contact, reason, since from muted order by since desc limit :most;
