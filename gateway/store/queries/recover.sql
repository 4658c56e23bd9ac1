-- What a process takes over when it starts, or after the database was away. These span tenants and
-- run as the worker.

-- name: doubt_orphans
update outbox set state = 'in_doubt', doubt_since = :now, error = 'the process died while sending'
where shard = :shard and state = 'sending' and epoch < :epoch
returning tenant, id;
