-- What a process takes over when it starts, or after the database was away. These span tenants and
-- run as the worker.

-- name: doubt_orphans
update outbox set state = 'in_doubt', doubt_since = :now, error = 'the process died while sending'
where shard = :shard and state = 'sending' and epoch < :epoch
returning tenant, id;

-- name: open_parts
select tenant, id, message, idx, channel, shard, conversation, address, class, body, state, attempt,
    resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at
from outbox where id > :after order by id limit :limit;
