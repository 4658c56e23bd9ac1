-- The fold of statuses: ranks only grow, so order and repeats do not matter.

-- name: add
insert into status (tenant, channel, provider_message_id, status, participant, at, rank, correlation,
    error, pricing, received_at, raw)
values (:tenant, :channel, :provider_message_id, :status, :participant, :at, :rank, :correlation,
    :error, :pricing, :now, :raw)
on conflict do nothing
returning cast(:n as integer) as n;

-- name: find_part
select cast(:n as integer) as n, id, message, idx, conversation, provider_message_id, rank, claimed_at,
    accepted_at
from part where tenant = :tenant and id = :part;

-- name: find_part_by_provider
-- So said that SQLite, which has no statistics, finds the id in the index and does not read all parts.
select cast(:n as integer) as n, id, message, idx, conversation, provider_message_id, rank, claimed_at,
    accepted_at
from part
where tenant = :tenant and id in (
    select id from part
    where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
        and provider_message_id <> ''
);

-- name: raise
update part set
    status = :status, rank = :rank, updated_at = :now, error = :error,
    provider_message_id = case when provider_message_id = '' then :provider_message_id
        else provider_message_id end
where tenant = :tenant and id = :part and rank < :rank
returning cast(:n as integer) as n, id, message, idx, conversation, provider_message_id, rank, claimed_at,
    accepted_at;

-- name: prove
delete from outbox where tenant = :tenant and id = :part
returning cast(:n as integer) as n, id, message, idx, conversation, attempt, resent, claimed_at, state;

-- name: early
select cast(:n as integer) as n, status, rank, error from status
where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
order by rank desc limit 1;

-- name: conversation
select v.id as conversation, v.channel as channel, v.contact as contact, v.address as address,
    v.window_until as window_until, v.free_until as free_until, c.name as name,
    c.username as username, c.language as language
from conversation v join contact c on c.tenant = v.tenant and c.id = v.contact
where v.tenant = :tenant and v.id = :conversation;

-- name: forgotten
-- Statuses that were logged and never folded: the process ended between the two.
select p.tenant, p.id as part, s.status, s.rank, s.error, s.provider_message_id
from status s
join part p on p.tenant = s.tenant and p.channel = s.channel
    and p.provider_message_id = s.provider_message_id and p.provider_message_id <> ''
where s.received_at > :since and s.rank > p.rank and p.tenant = p.tenant
order by s.rank limit :limit;

-- name: free_until
-- A free entry point window; free-form messages may be sent in it too.
update conversation set
    free_until = :until,
    window_until = case when window_until < :until then :until else window_until end
where tenant = :tenant and id = :conversation and free_until < :unless_after;

-- name: marketing_after
update conversation set marketing_after = :until
where tenant = :tenant and id = :conversation and marketing_after < :until;
