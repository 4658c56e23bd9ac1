-- name: dead
select count(*) from dead where resolved_at = 0
-- name: due
select min(case when not_before > created_at then not_before else created_at end)
from outbox where state = 'ready' and not_before <= :now
-- name: doubts
select count(*) from outbox where state = 'in_doubt'
-- name: disabled
select tenant, id from endpoint where state = 'disabled' order by tenant, id limit 20
-- name: deliveries
select count(*) from delivery where state = 'waiting' and next_at > 0 and next_at < :before
-- name: looping
select tenant, conversation from muted where reason = 'loop' order by since desc limit 20
-- name: muted
select count(*) from muted where reason <> 'loop'
