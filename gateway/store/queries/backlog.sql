-- Asking providers for what we missed.

-- name: state
select polled_at, webhook_at from channel where tenant = :tenant and id = :channel;

-- name: polled
update channel set polled_at = :at where tenant = :tenant and id = :channel and polled_at < :at;

-- name: seen
select cast(:n as integer) as n from seen where tenant = :tenant and key = :key;

-- name: status
select cast(:n as integer) as n from status
where tenant = :tenant and channel = :channel and provider_message_id = :message and status = :status limit 1;
