-- After a restore: what is held, and what is still to be settled. A restore is of the whole database, and so is
-- the watch over it.

-- name: open
-- The newest restore that is not settled.
select id, at, taken_at from restored where ended_at = 0 order by at desc limit 1;

-- name: add
insert into restored (id, at, taken_at, backup, ended_at) values (:id, :at, :taken_at, :backup, 0);

-- name: end
update restored set ended_at = :now where ended_at = 0;

-- name: letters
-- Held messages, each a dead letter.
select tenant, id, ref, body, at from dead
where reason = 'restored' and resolved_at = 0 and (tenant, id) > (:tenant, :after)
order by tenant, id limit :limit;

-- name: letters_of
select tenant, id, ref, body, at from dead
where tenant = :tenant and reason = 'restored' and resolved_at = 0 and id > :after order by id limit :limit;

-- name: letter
select tenant, id, ref, body, at from dead
where tenant = :tenant and id = :id and reason = 'restored' and resolved_at = 0;

-- name: count
select count(*) from dead where reason = 'restored' and resolved_at = 0;

-- name: parts
-- How the parts of a held message are: what has left 'in_doubt' was proved.
select id, status, claimed_at from part where tenant = :tenant and id = :part;

-- name: settle
update dead set resolved_at = :now where tenant = :tenant and id = :id and resolved_at = 0 returning id;

-- name: discard
-- Nobody sends it. What was proved meanwhile stays as it is.
update part set status = 'cancelled', rank = :rank, updated_at = :now, error = ''
where tenant = :tenant and id = :part and status = 'in_doubt'
returning id, message, idx;

-- name: prove
-- The provider's list has it.
update part set status = 'accepted', rank = :rank, updated_at = :now, error = '',
    provider_message_id = :provider_message_id
where tenant = :tenant and id = :part and status = 'in_doubt' and provider_message_id = ''
returning id, message, idx;

-- name: left
-- What lies before the restore and has not come to its end.
select (select count(*) from event where received_at < :at)
    + (select count(*) from journal_open o join journal j on j.id = o.id where j.received_at < :at)
    + (select count(*) from job where due_at < :at or occurs_at > 0 and occurs_at < :at)
    + (select count(*) from flow where wake_at > 0 and wake_at < :at)
    + (select count(*) from dead where reason = 'restored' and resolved_at = 0) as n;

-- name: unpolled
-- Channels whose provider tells of what was missed, and was not asked since the restore.
select tenant, id from channel where webhook_at > 0 and polled_at > 0 and polled_at < :at;

-- name: outbox
-- What was open, to be held.
select * from outbox order by tenant, message, idx limit :limit;

-- name: outbox_gone
delete from outbox where tenant = :tenant and id = :id;

-- name: scheduled
select s.* from scheduled s where s.due_at < :at order by s.tenant, s.message limit :limit;

-- name: scheduled_gone
delete from scheduled where tenant = :tenant and message = :message;

-- name: raise_epochs
-- What a process of before may still do is another's.
update shard set epoch = epoch + :more, owner = '', lease_until = 0;

-- name: end_processes
update process set stopped_at = :at where stopped_at = 0;

-- name: ready_jobs
update job set state = 'ready' where state = 'running';

-- name: unfetched
update media set term = 0 where term > 0;

-- name: dead
select tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at
from dead where tenant = :tenant and id = :id and reason = 'restored' and resolved_at = 0;

-- name: anybodys
-- An operator names it by its id alone.
select tenant, id, ref, body, at from dead where id = :id and reason = 'restored' and resolved_at = 0;
