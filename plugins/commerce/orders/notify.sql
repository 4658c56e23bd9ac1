-- name: add
insert into commerce_notice (tenant, id, order_id, contact, kind, key, state, data, at)
values (:tenant, :id, :order, :contact, :kind, :key, 'due', :data, :at) on conflict do nothing

-- name: due
select * from commerce_notice where tenant = :tenant and order_id = :order and state = 'due' order by id

-- name: orders_due
select distinct order_id from commerce_notice where tenant = :tenant and state = 'due' limit 200

-- name: keyed
select * from commerce_notice where tenant = :tenant and order_id = :order and key = :key

-- name: last
select * from commerce_notice where tenant = :tenant and order_id = :order and kind = :kind order by id desc limit 1

-- name: of_order
select * from commerce_notice where tenant = :tenant and order_id = :order and kind <> 'changed' order by id

-- name: claim
update commerce_notice set state = 'due' where tenant = :tenant and id = :id and state = :before

-- name: settle
update commerce_notice set state = :state, how = :how, message = :message, reason = :reason, at = :at
where tenant = :tenant and id = :id and state = 'due'

-- name: held
select * from commerce_notice where tenant = :tenant and contact = :contact and state = 'held'
order by id desc limit 100

-- name: failed
update commerce_notice set state = 'failed', reason = :reason
where tenant = :tenant and message = :message and state = 'sent'
