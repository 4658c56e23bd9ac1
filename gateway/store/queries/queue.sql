-- What the owner of a number reads of its open parts. They are read by shard, as the worker.

-- name: next_queue
-- The next queue of a shard that has open parts: one step of a loose scan over the index outbox_queue.
select shard, tenant, channel, class from outbox
where shard = :shard and (tenant, channel, class) > (:tenant, :channel, :class)
order by tenant, channel, class limit 1;

-- name: page
select tenant, id, message, idx, channel, shard, conversation, address, class, body, purpose, state, attempt,
    resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at
from outbox
where shard = :shard and tenant = :tenant and channel = :channel and class = :class and id > :after
order by id limit :limit;

-- name: lane
select tenant, id, message, idx, channel, shard, conversation, address, class, body, purpose, state, attempt,
    resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at
from outbox where tenant = :tenant and conversation = :conversation
order by id limit :limit;

-- name: part
select tenant, id, message, idx, channel, shard, conversation, address, class, body, purpose, state, attempt,
    resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at
from outbox where tenant = :tenant and id = :id;

-- name: young
-- What has come to a shard, without the bodies: most of it is known.
select shard, tenant, id, channel, class, state, epoch, claimed_at from outbox
where shard = :shard and id > :after order by id limit :limit;

-- name: front
-- The oldest parts of a queue, without the bodies: what was left behind there is found by and by.
select shard, tenant, id, channel, class, state, epoch, claimed_at from outbox
where shard = :shard and tenant = :tenant and channel = :channel and class = :class
order by id limit :limit;
