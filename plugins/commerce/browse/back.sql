-- name: count
select count(*) from commerce_waiting
where tenant = :tenant and contact = :contact and state in ('waiting', 'held')

-- name: wait
insert into commerce_waiting (tenant, variant, contact, conversation, asked_at, state, since)
values (:tenant, :variant, :contact, :conversation, :now, 'waiting', :now)
on conflict (tenant, variant, contact) do update
set conversation = excluded.conversation, asked_at = excluded.asked_at, state = 'waiting', since = excluded.since
where commerce_waiting.state <> 'waiting'

-- name: unwait
delete from commerce_waiting
where tenant = :tenant and variant = :variant and contact = :contact and state <> 'told'

-- name: held
select variant from commerce_waiting
where tenant = :tenant and contact = :contact and state = 'held' order by asked_at limit 20

-- name: moved
update commerce_waiting set state = :state, since = :now
where tenant = :tenant and variant = :variant and contact = :contact and state = :was

-- name: wanted
select distinct waiting.variant as variant from commerce_waiting waiting
join commerce_stock stock
on stock.tenant = waiting.tenant and stock.variant = waiting.variant
where waiting.tenant = :tenant and waiting.state = 'waiting' and waiting.variant > :after
and (stock.tracked = 0 or stock.backorder = 1 or stock.on_hand > stock.reserved)
order by waiting.variant limit :most

-- name: wanted_of
select distinct variant from commerce_waiting
where tenant = :tenant and variant in (:ids) and state = 'waiting'

-- name: told
select count(*) from commerce_waiting
where tenant = :tenant and variant = :variant and state = 'told' and since > :after

-- name: next
select contact, conversation from commerce_waiting
where tenant = :tenant and variant = :variant and state = 'waiting'
order by asked_at, contact limit :most

-- name: tidy
delete from commerce_waiting
where tenant = :tenant
and ((state = 'told' and since < :told) or (state in ('waiting', 'held') and since < :forgotten))
