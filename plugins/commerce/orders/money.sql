-- name: fact
insert into commerce_payment (tenant, id, order_id, kind, amount, currency, method, reference, actor, at)
values (:tenant, :id, :order, :kind, :amount, :currency, :method, :reference, :actor, :at) on conflict do nothing

-- name: known
select amount from commerce_payment where tenant = :tenant and order_id = :order and kind = :kind
    and method = :method and reference = :reference

-- name: facts
select id, kind, amount, currency, method, reference, actor, at from commerce_payment
where tenant = :tenant and order_id = :order order by id
