-- T2 and T3: the life of a part between enqueued and known.

-- name: add
insert into outbox (tenant, id, message, idx, channel, shard, conversation, address, class, body, purpose, state,
    attempt, resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at)
values (:tenant, :id, :message, :idx, :channel, :shard, :conversation, :address, :cls, :body, :purpose, :state,
    :attempt, 0, :epoch, :not_before, :deadline, :claimed_at, 0, '', :now);

-- name: add_in_order
-- Stores a part as being sent already, unless an older one of its conversation is still open: then it is 'ready'.
insert into outbox (tenant, id, message, idx, channel, shard, conversation, address, class, body, purpose, state,
    attempt, resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at)
values (:tenant, :id, :message, :idx, :channel, :shard, :conversation, :address, :cls, :body, :purpose,
    case when exists (
        select 1 from outbox o where o.tenant = :tenant and o.conversation = :conversation and o.id < :id
    ) then 'ready' else :state end,
    :attempt, 0, :epoch, :not_before, :deadline, :claimed_at, 0, '', :now)
returning tenant, id, state;

-- name: claim
update outbox set state = 'sending', attempt = :attempt, resent = :resent, epoch = :epoch,
    claimed_at = :now
where tenant = :tenant and id = :id
    and (state = :was and attempt = :last or state = 'sending' and attempt = :attempt and epoch = :epoch)
    and exists (select 1 from shard s where s.id = :shard and s.epoch = :epoch)
returning tenant, id;

-- name: claim_in_order
-- The same where memory may not know of every older part of the conversation.
update outbox set state = 'sending', attempt = :attempt, resent = :resent, epoch = :epoch,
    claimed_at = :now
where tenant = :tenant and id = :id
    and (state = :was and attempt = :last or state = 'sending' and attempt = :attempt and epoch = :epoch)
    and exists (select 1 from shard s where s.id = :shard and s.epoch = :epoch)
    and not exists (
        select 1 from outbox o
        where o.tenant = :tenant and o.conversation = :conversation and o.id < :id
    )
returning tenant, id;

-- name: take
delete from outbox
where tenant = :tenant and id = :id and attempt = :attempt and epoch = :epoch
returning tenant, id;

-- name: leave
-- What this transaction has claimed and may not send.
delete from outbox where tenant = :tenant and id = :id;

-- name: put_back
-- A new owner may have put it in doubt meanwhile: whoever sent it knows that it did not go out.
update outbox set state = 'ready', not_before = :not_before, error = :error,
    body = case when :body = '' then body else :body end
where tenant = :tenant and id = :id and state in ('sending', 'in_doubt')
    and attempt = :attempt and epoch = :epoch
returning tenant, id;

-- name: unsent
-- It was claimed, and not a byte of it was written: as if it had not been claimed.
update outbox set state = 'ready', attempt = attempt - 1
where tenant = :tenant and id = :id and attempt = :attempt and epoch = :epoch
returning tenant, id;

-- name: doubt
update outbox set state = 'in_doubt', doubt_since = :now, error = :error
where tenant = :tenant and id = :id and state = 'sending' and attempt = :attempt and epoch = :epoch
returning tenant, id;

-- name: take_rest
delete from outbox where tenant = :tenant and message = :message and idx > :idx
returning id, idx, channel, conversation, address, class, body, purpose, shard, deadline;

-- name: of_provider
-- Which of the provider's ids are parts of ours.
select provider_message_id from part
where tenant = :tenant and channel = :channel and provider_message_id = :message
    and provider_message_id <> '';

-- name: add_part
insert into part (tenant, id, message, idx, channel, conversation, provider_message_id, status, rank,
    attempt, resent, claimed_at, accepted_at, updated_at, error)
values (:tenant, :id, :message, :idx, :channel, :conversation, :provider_message_id, :status, :rank,
    :attempt, :resent, :claimed_at, :now, :now, :error);

-- name: add_attempt
insert into attempt (tenant, part, n, outcome, http, error, started_at, ended_at)
values (:tenant, :id, :attempt, :outcome, :http, :error, :claimed_at, :now)
on conflict do nothing;
