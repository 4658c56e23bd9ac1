-- Messages for later: kept until they are due, released, cancelled.

-- name: add
insert into scheduled (tenant, message, due_at, channel, shard, conversation, address, class, purpose, idx, bodies,
    free_form, deadline, reason, created_at)
values (:tenant, :message, :due_at, :channel, :shard, :conversation, :address, :cls, :purpose, :idx, :bodies,
    :free_form, :deadline, :reason, :now);

-- name: due
-- What is due, for any tenant, with the end of the time in which its contact may be written to freely, and
-- the address to send to: the one that was asked for while it is still the contact's, else the newest.
select s.tenant, s.message,
    case when exists (
        select 1 from identity i
        where i.tenant = s.tenant and i.contact = v.contact and i.value = s.address and i.retired_at = 0
    ) then s.address else v.address end as address,
    case when v.free_until > v.window_until then v.free_until else v.window_until end as window_until
from scheduled s
left join conversation v on v.tenant = s.tenant and v.id = s.conversation
where s.due_at <= :now order by s.due_at, s.message limit :limit;

-- name: release
delete from scheduled where tenant = :tenant and message = :message and due_at <= :now
returning tenant, message, channel, shard, conversation, address, class, purpose, idx, bodies, free_form, deadline;

-- name: withdraw
-- A message of which some parts were sent already is not taken back.
delete from scheduled where tenant = :tenant and message = :message and idx = 0
returning message, channel, conversation, idx, bodies;

-- name: hold_open
-- Takes the rows of a message's parts, on either database, so that a claim comes before or after.
update outbox set state = state where tenant = :tenant and message = :message
returning id, message, idx, channel, conversation, state, attempt;

-- name: drop_open
delete from outbox where tenant = :tenant and message = :message returning id;

-- name: message
select id, direction, parts from message where tenant = :tenant and id = :message;

-- name: known
select status from part where tenant = :tenant and message = :message
order by idx;

-- name: marketing_after
select marketing_after from conversation where tenant = :tenant and id = :conversation;

-- name: quiet
-- Marketing messages to this contact wait.
update conversation set marketing_after = :until
where tenant = :tenant and id = :conversation and marketing_after < :until;
