-- T2 and T3: the life of a part between enqueued and known.

-- name: add
insert into outbox (tenant, id, message, idx, channel, shard, conversation, address, class, body, state,
    attempt, resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at)
values (:tenant, :id, :message, :idx, :channel, :shard, :conversation, :address, :cls, :body, :state,
    :attempt, 0, :epoch, :not_before, :deadline, :claimed_at, 0, '', :now);

-- name: claim
update outbox set state = 'sending', attempt = :attempt, resent = :resent, epoch = :epoch,
    claimed_at = :now
where tenant = :tenant and id = :id
    and (state = :was and attempt = :last or state = 'sending' and attempt = :attempt and epoch = :epoch)
    and exists (select 1 from shard s where s.id = :shard and s.epoch = :epoch)
returning tenant, id;

-- name: take
delete from outbox
where tenant = :tenant and id = :id and attempt = :attempt and epoch = :epoch
returning tenant, id;

-- name: put_back
update outbox set state = 'ready', not_before = :not_before, error = :error,
    body = case when :body = '' then body else :body end
where tenant = :tenant and id = :id and state = 'sending' and attempt = :attempt and epoch = :epoch
returning tenant, id;

-- name: doubt
update outbox set state = 'in_doubt', doubt_since = :now, error = :error
where tenant = :tenant and id = :id and state = 'sending' and attempt = :attempt and epoch = :epoch
returning tenant, id;

-- name: take_rest
delete from outbox where tenant = :tenant and message = :message and idx > :idx
returning id, idx, channel, conversation, address, class, body, shard, deadline;

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
