-- name: last
select max(id) from commerce_order_event where tenant = :tenant and order_id = :order

-- name: add
insert into commerce_order_event (tenant, order_id, id, at, actor, kind, data)
values (:tenant, :order, :id, :at, :actor, :kind, :data) on conflict do nothing

-- name: all
select at, actor, kind, data from commerce_order_event where tenant = :tenant and order_id = :order order by id

